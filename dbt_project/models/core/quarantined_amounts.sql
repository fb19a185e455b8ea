-- an amount that is not known, or that no rate converts, is listed here and counted nowhere
with

order_lines as (
    select
        'order_lines' as entity, source_system, source_instance, source_record_id, customer_id,
        line_amount as amount, currency_code, order_date as rate_date
    from {{ ref('fct_order_lines') }}
    where is_rate_missing or (is_counted and line_amount is null)
),

orders as (
    select
        'orders' as entity, source_system, source_instance, source_record_id, customer_id,
        order_amount as amount, currency_code, order_date as rate_date
    from {{ ref('fct_orders') }}
    where is_amount_from_header and (is_rate_missing or (is_counted and order_amount is null))
),

opportunities as (
    select
        'opportunities' as entity, source_system, source_instance, source_record_id, customer_id,
        opportunity_amount as amount, currency_code, close_date as rate_date
    from {{ ref('fct_opportunities') }}
    where is_rate_missing
),

subscriptions as (
    select
        'subscriptions' as entity, source_system, source_instance, source_record_id, customer_id,
        monthly_amount as amount, currency_code, start_date as rate_date
    from {{ ref('fct_subscriptions') }}
    where is_rate_missing
),

campaigns as (
    select
        'campaigns' as entity, source_system, source_instance, source_record_id, cast(null as varchar) as customer_id,
        coalesce(actual_cost_amount, budgeted_cost_amount) as amount, currency_code,
        coalesce(start_date, end_date) as rate_date
    from {{ ref('dim_campaigns') }}
    where is_rate_missing
),

quotas as (
    select
        'quotas' as entity, source_system, source_instance, source_record_id, cast(null as varchar) as customer_id,
        quota_amount as amount, currency_code, period_start_date as rate_date
    from {{ ref('fct_quotas') }}
    where is_rate_missing
),

quarantined as (
    select * from order_lines
    union all
    select * from orders
    union all
    select * from opportunities
    union all
    select * from subscriptions
    union all
    select * from campaigns
    union all
    select * from quotas
),

final as (
    select
        *,
        case
            when amount is null then 'no amount'
            when currency_code is null then 'no currency'
            when rate_date is null then 'no date'
            else 'no exchange rate for this currency and day'
        end as reason
    from quarantined
)

select * from final
