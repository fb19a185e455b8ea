{{ config(materialized='table') }}
-- what was known of a customer's rhythm on each day of a purchase: nothing in a row comes from a later day
with

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

subscriptions as (
    select * from {{ ref('fct_subscriptions') }}
    where is_counted and customer_id is not null and start_date <= {{ as_of() }}
),

-- an order is a purchase of one day, a subscription one that lasts
purchases as (
    select customer_id, order_date as purchase_date, order_date as active_to_date, order_date
    from orders
    union all
    select
        customer_id, start_date, greatest(start_date, least(coalesce(end_date, {{ as_of() }}), {{ as_of() }})),
        cast(null as date)
    from subscriptions
),

days as (
    select
        customer_id,
        purchase_date,
        max(active_to_date) as active_to_date,
        max(order_date) as order_date
    from purchases
    group by customer_id, purchase_date
),

{% set so_far = 'partition by customer_id order by purchase_date' -%}
known as (
    select
        customer_id,
        purchase_date,
        min(purchase_date) over ({{ so_far }}) as first_purchase_date,
        lead(purchase_date) over ({{ so_far }}) as next_purchase_date,
        max(active_to_date) over ({{ so_far }}) as active_to_date,
        {{ datediff('min(order_date) over (' ~ so_far ~ ')', 'max(order_date) over (' ~ so_far ~ ')', 'day') }}
            as order_span_days,
        count(order_date) over ({{ so_far }}) - 1 as gap_count
    from days
),

-- a gap of more than k mean gaps is one of more than the whole part of that
judged as (
    select
        *,
        {{ silence_days('at_risk') }} as at_risk_days,
        {{ silence_days('lapse') }} as lapse_days
    from known
),

followed as (
    select
        *,
        {{ datediff('lag(active_to_date) over (' ~ so_far ~ ')', 'purchase_date', 'day') }} - 1
        > lag(lapse_days) over ({{ so_far }}) as is_return
    from judged
),

final as (
    select
        customer_id,
        purchase_date,
        next_purchase_date,
        first_purchase_date,
        active_to_date,
        at_risk_days,
        lapse_days,
        max(case when is_return then purchase_date end) over ({{ so_far }}) as returned_date
    from followed
)

select * from final
