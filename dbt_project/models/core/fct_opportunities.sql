{{ config(materialized='view') }}
with

opportunities as (
    select * from {{ ref('int_opportunities__assigned') }}
),

dated as (
    select
        *,
        {{ reporting_date('created_at') }} as created_date,
        case when is_closed then close_date else {{ as_of() }} end as counted_until
    from opportunities
),

aged as (
    select
        *,
        {{ datediff('created_date', 'counted_until', 'day') }} as age_days
    from dated
),

final as (
    select
        opportunity_id,
        customer_id,
        owner_user_id,
        credited_user_id,
        source_system,
        source_instance,
        source_record_id,
        survivor_account_record_id as account_record_id,
        account_record_id as original_account_record_id,
        survivor_contact_record_id as contact_record_id,
        campaign_record_id,
        owner_user_record_id,
        opportunity_name,
        stage_name,
        opportunity_type,
        acquisition_source,
        forecast_category,
        close_date,
        created_date,
        amount as opportunity_amount,
        currency_code,
        reporting_amount as opportunity_reporting_amount,
        plan_amount as opportunity_plan_amount,
        cast(reporting_amount - plan_amount as decimal(18, 2)) as exchange_effect_amount,
        probability_rate,
        is_closed,
        is_won,
        not is_closed and not is_deleted as is_open,
        -- a deal that was entered after the fact took no time
        case when is_closed then cast(case when age_days < 0 then 0 else age_days end as integer) end as days_to_close,
        cast(case when age_days < 0 then 0 else age_days end as integer) as days_open,
        amount is not null and reporting_amount is null as is_rate_missing,
        is_deleted,
        delete_reason,
        created_at,
        modified_at
    from aged
)

select * from final
