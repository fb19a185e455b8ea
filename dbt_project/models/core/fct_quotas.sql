-- a quota is set at the rate of the day on which its period begins
with

quotas as (
    select * from {{ ref('int_quotas__unioned') }}
),

users as (
    select * from {{ ref('int_users__unioned') }}
),

rates as (
    select * from {{ ref('int_exchange_rates__applied') }}
),

converted as (
    select
        quotas.*,
        {{ record_id(alias='users') }} as user_id,
        {{ reporting_amount('quotas.quota_amount', 'quotas.currency_code', 'rates') }} as quota_reporting_amount
    from quotas
    {{ join_user('quotas', 'user_record_id') }}
    left join rates
        on
            quotas.currency_code = rates.currency_code
            and quotas.period_start_date = rates.rate_date
),

final as (
    select
        {{ record_id() }} as quota_id,
        user_id,
        source_system,
        source_instance,
        source_record_id,
        user_record_id,
        period_start_date,
        period_end_date,
        quota_amount,
        currency_code,
        quota_reporting_amount,
        quota_amount is not null and quota_reporting_amount is null as is_rate_missing,
        is_deleted,
        delete_reason,
        created_at,
        modified_at
    from converted
)

select * from final
