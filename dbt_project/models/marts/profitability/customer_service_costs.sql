with

rates as (
    select * from {{ ref('service_costs') }}
),

interactions as (
    select * from {{ ref('fct_interactions') }}
    where is_counted
),

cases as (
    select * from {{ ref('fct_cases') }}
    where is_counted
),

returned_orders as (
    select * from {{ ref('fct_orders') }}
    where
        order_status = 'returned'
        and not is_deleted
        and coalesce(returned_date, order_date) <= {{ as_of() }}
),

items as (
    select customer_id, coalesce(interaction_type, 'unknown') as cost_type, coalesce(duration_seconds, 0) as seconds
    from interactions
    union all
    select customer_id, 'case', 0 from cases
    union all
    select customer_id, 'returned_order', 0 from returned_orders
),

-- each item to the cent, so that the cost of many is the sum of theirs
costed as (
    select
        items.*,
        rates.cost_per_item_amount
        + {{ average_amount('rates.cost_per_hour_amount * items.seconds', 3600) }} as item_amount
    from items
    left join rates on items.cost_type = rates.cost_type
),

final as (
    select
        {{ row_key(['customer_id', 'cost_type']) }} as customer_service_cost_id,
        customer_id,
        cost_type,
        {{ as_of() }} as as_of_date,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(count(*) as integer) as item_count,
        cast(sum(seconds) as bigint) as item_seconds,
        cast(coalesce(sum(item_amount), 0) as decimal(18, 2)) as item_cost_amount,
        cast(count(*) - count(item_amount) as integer) as uncosted_item_count
    from costed
    group by customer_id, cost_type
)

select * from final
