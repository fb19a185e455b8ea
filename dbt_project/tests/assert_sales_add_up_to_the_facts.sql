-- sales by month, type, channel, country and owner, added up, are the counted orders; so are those of a year before
with

sales as (
    select * from {{ ref('sales_performance') }}
),

orders as (
    select
        *,
        {{ dateadd('year', 1, 'order_date') }} <= {{ as_of() }} as is_compared_with
    from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

lines as (
    select lines.quantity
    from {{ ref('fct_order_lines') }} as lines
    inner join orders on lines.order_id = orders.order_id
    where lines.is_counted
),

expected as (
    select 'orders' as what, cast(count(*) as decimal(18, 4)) as total from orders
    union all
    select 'revenue', coalesce(sum(order_reporting_amount), 0) from orders
    union all
    select 'margin', coalesce(sum(margin_reporting_amount), 0)
    from orders
    where order_reporting_amount is not null
    union all
    select 'orders a year before', count(*)
    from orders
    where is_compared_with
    union all
    select 'revenue a year before', coalesce(sum(order_reporting_amount), 0)
    from orders
    where is_compared_with
    union all
    select 'units', coalesce(sum(quantity), 0) from lines
),

found as (
    select 'orders' as what, cast(coalesce(sum(order_count), 0) as decimal(18, 4)) as total from sales
    union all
    select 'revenue', coalesce(sum(revenue_amount), 0) from sales
    union all
    select 'margin', coalesce(sum(margin_amount), 0) from sales
    union all
    select 'orders a year before', coalesce(sum(prior_year_order_count), 0) from sales
    union all
    select 'revenue a year before', coalesce(sum(prior_year_revenue_amount), 0) from sales
    union all
    select 'units', coalesce(sum(unit_count), 0) from sales
)

select expected.what, expected.total as expected_total, found.total as found_total
from expected
inner join found on expected.what = found.what
where expected.total <> found.total
