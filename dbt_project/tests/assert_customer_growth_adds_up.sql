-- every kind of segment cuts the same customers, and all of them, with all counted orders and revenue
with

growth as (
    select * from {{ ref('customer_growth') }}
),

purchases as (
    select count(distinct customer_id) as customer_count from {{ ref('int_purchases__spaced') }}
),

orders as (
    select count(*) as order_count, coalesce(sum(order_reporting_amount), 0) as revenue_amount
    from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

summed as (
    select
        segment_kind,
        sum(new_customer_count) as customer_count,
        sum(order_count) as order_count,
        sum(revenue_amount) as revenue_amount
    from growth
    group by segment_kind
)

select summed.*
from summed
cross join purchases
cross join orders
where
    summed.customer_count <> purchases.customer_count
    or summed.order_count <> orders.order_count
    or summed.revenue_amount <> orders.revenue_amount
