-- the first amount known has held since the subscription began; of several on one day the last one holds
with

subscriptions as (
    select * from {{ ref('fct_subscriptions') }}
),

versions as (
    select
        *,
        {{ reporting_date('valid_from_at') }} as changed_date,
        row_number() over (
            partition by source_system, source_instance, source_record_id, {{ reporting_date('valid_from_at') }}
            order by version_number desc
        ) as place_of_day
    from {{ ref('int_subscriptions__versions') }}
    where not is_deleted
),

rates as (
    select * from {{ ref('int_exchange_rates__applied') }}
),

dated as (
    select
        subscriptions.subscription_id,
        subscriptions.customer_id,
        subscriptions.product_id,
        subscriptions.start_date,
        cast({{ dateadd('day', 1, 'subscriptions.end_date') }} as date) as closing_date,
        subscriptions.is_counted,
        versions.version_number,
        versions.monthly_amount,
        versions.currency_code,
        {{ reporting_amount('versions.monthly_amount', 'versions.currency_code', 'rates') }}
            as monthly_reporting_amount,
        case
            when row_number() over (partition by subscriptions.subscription_id order by versions.version_number) = 1
                then subscriptions.start_date
            else greatest(versions.changed_date, subscriptions.start_date)
        end as valid_from_date
    from subscriptions
    inner join versions
        on
            subscriptions.source_system = versions.source_system
            and subscriptions.source_instance = versions.source_instance
            and subscriptions.source_record_id = versions.source_record_id
            and versions.place_of_day = 1
    left join rates
        on
            versions.currency_code = rates.currency_code
            and subscriptions.start_date = rates.rate_date
    where subscriptions.start_date is not null
),

bounded as (
    select
        *,
        closing_date as valid_to_date
    from dated
    where closing_date is null or valid_from_date < closing_date
),

periods as (
    {{ unchanged_periods('bounded', 'subscription_id', ['monthly_amount', 'currency_code'],
        'valid_from_date', 'valid_to_date') }}
),

final as (
    select
        subscription_id,
        customer_id,
        product_id,
        valid_from_date,
        coalesce(valid_to_date, closing_date) as valid_to_date,
        monthly_amount,
        currency_code,
        monthly_reporting_amount,
        is_counted
    from periods
)

select * from final
