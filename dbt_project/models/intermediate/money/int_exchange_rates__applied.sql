{{ config(materialized='table') }}
-- the rate into the reporting currency for every currency and day that an amount needs
with

listed as (
    select
        source_system, source_instance, source_record_id, currency_code, corporate_currency_code, rate,
        valid_from_date, valid_to_date
    from {{ ref('int_exchange_rates__unioned') }}
    where not is_deleted and rate > 0
),

-- a source's own currency is worth one of itself, whether it lists it or not
rates as (
    select * from listed
    union all
    select distinct
        source_system,
        source_instance,
        '' as source_record_id,
        corporate_currency_code as currency_code,
        corporate_currency_code as own_currency_code,
        cast(1 as decimal(18, 8)),
        cast(null as date),
        cast(null as date)
    from listed
    where corporate_currency_code is not null
),

orders as (
    select * from {{ ref('int_orders__unioned') }}
),

order_lines as (
    select * from {{ ref('int_order_lines__unioned') }}
),

opportunities as (
    select * from {{ ref('int_opportunities__unioned') }}
),

subscriptions as (
    select * from {{ ref('int_subscriptions__unioned') }}
),

campaigns as (
    select *, coalesce(start_date, end_date) as rate_date from {{ ref('int_campaigns__unioned') }}
),

quotas as (
    select * from {{ ref('int_quotas__unioned') }}
),

products as (
    select * from {{ ref('int_products__consolidated') }}
),

priorities as (
    select * from {{ ref('source_priorities') }}
),

currencies as (
    select currency_code from orders
    union
    select currency_code from order_lines
    union
    select currency_code from opportunities
    union
    select currency_code from subscriptions
    union
    select currency_code from campaigns
    union
    select currency_code from quotas
    union
    select cost_currency_code from products
),

days as (
    select order_date as rate_date from orders
    union
    select close_date from opportunities
    union
    select start_date from subscriptions
    union
    select rate_date from campaigns
    union
    select period_start_date from quotas
),

needed as (
    select currencies.currency_code, days.rate_date
    from currencies
    cross join days
    where
        currencies.currency_code <> '{{ var("reporting_currency") }}'
        and days.rate_date is not null
),

candidates as (
    select
        needed.currency_code,
        needed.rate_date,
        rates.rate as from_rate,
        case
            when rates.corporate_currency_code = '{{ var("reporting_currency") }}' then cast(1 as decimal(18, 8))
            else reporting.rate
        end as to_rate,
        row_number() over (
            partition by needed.currency_code, needed.rate_date
            order by
                coalesce(priorities.priority, 100),
                rates.source_instance,
                rates.valid_from_date desc nulls last,
                rates.source_record_id,
                reporting.valid_from_date desc nulls last,
                reporting.source_record_id
        ) as preference
    from needed
    inner join rates
        on
            needed.currency_code = rates.currency_code
            and (needed.rate_date >= rates.valid_from_date or rates.valid_from_date is null)
            and (needed.rate_date < rates.valid_to_date or rates.valid_to_date is null)
    left join rates as reporting
        on
            rates.source_system = reporting.source_system
            and rates.source_instance = reporting.source_instance
            and reporting.currency_code = '{{ var("reporting_currency") }}'
            and (needed.rate_date >= reporting.valid_from_date or reporting.valid_from_date is null)
            and (needed.rate_date < reporting.valid_to_date or reporting.valid_to_date is null)
    left join priorities on rates.source_system = priorities.source_system
    where
        rates.corporate_currency_code = '{{ var("reporting_currency") }}'
        or reporting.rate is not null
),

final as (
    select currency_code, rate_date, from_rate, to_rate
    from candidates
    where preference = 1
)

select * from final
