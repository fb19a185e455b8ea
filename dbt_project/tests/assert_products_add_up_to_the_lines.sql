-- products by month, added up, are the lines of counted orders that name a product we know
with

products as (
    select * from {{ ref('product_performance') }}
),

lines as (
    select lines.*
    from {{ ref('fct_order_lines') }} as lines
    inner join {{ ref('fct_orders') }} as orders on lines.order_id = orders.order_id
    where
        lines.is_counted
        and lines.product_id is not null
        and orders.customer_id is not null
        and orders.order_reporting_amount is not null
),

expected as (
    select 'lines' as what, cast(count(*) as decimal(18, 4)) as total from lines
    union all
    select 'units', coalesce(sum(quantity), 0) from lines
    union all
    select 'revenue', coalesce(sum(line_reporting_amount), 0) from lines
    union all
    select 'discount', coalesce(sum(discount_reporting_amount), 0) from lines
    union all
    select 'margin', coalesce(sum(line_margin_reporting_amount), 0) from lines
),

found as (
    select 'lines' as what, cast(coalesce(sum(sold_line_count), 0) as decimal(18, 4)) as total from products
    union all
    select 'units', coalesce(sum(unit_count), 0) from products
    union all
    select 'revenue', coalesce(sum(revenue_amount), 0) from products
    union all
    select 'discount', coalesce(sum(discount_amount), 0) from products
    union all
    select 'margin', coalesce(sum(margin_amount), 0) from products
)

select expected.what, expected.total as expected_total, found.total as found_total
from expected
inner join found on expected.what = found.what
where expected.total <> found.total
