-- what customers brought and cost, added up, is what the facts say, and each customer's steps lead from gross to net
with

profits as (
    select * from {{ ref('customer_profitability') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null and order_reporting_amount is not null
),

lines as (
    select lines.discount_reporting_amount
    from {{ ref('fct_order_lines') }} as lines
    inner join orders on lines.order_id = orders.order_id
    where lines.is_counted
),

services as (
    select * from {{ ref('customer_service_costs') }}
    where customer_id is not null
),

shares as (
    select * from {{ ref('campaign_cost_shares') }}
    where customer_id is not null
),

expected as (
    select 'revenue' as what, coalesce(sum(order_reporting_amount), 0) as amount from orders
    union all
    select 'product cost', coalesce(sum(cost_reporting_amount), 0) from orders
    union all
    select 'marginal profit', coalesce(sum(margin_reporting_amount), 0) from orders
    union all
    select 'discount', coalesce(sum(discount_reporting_amount), 0) from lines
    union all
    select 'service and returns', coalesce(sum(item_cost_amount), 0) from services
    union all
    select 'campaigns', coalesce(sum(cost_share_amount), 0) from shares
),

found as (
    select 'revenue' as what, coalesce(sum(revenue_amount), 0) as amount from profits
    union all
    select 'product cost', coalesce(sum(product_cost_amount), 0) from profits
    union all
    select 'marginal profit', coalesce(sum(marginal_profit_amount), 0) from profits
    union all
    select 'discount', coalesce(sum(discount_amount), 0) from profits
    union all
    select 'service and returns', coalesce(sum(service_cost_amount + return_cost_amount), 0) from profits
    union all
    select 'campaigns', coalesce(sum(acquisition_cost_amount + promotion_cost_amount), 0) from profits
)

select expected.what, expected.amount as expected_amount, found.amount as found_amount
from expected
inner join found on expected.what = found.what
where expected.amount <> found.amount
union all
select customer_id, gross_amount, net_profit_amount
from profits
where
    gross_amount - discount_amount <> revenue_amount
    or gross_amount - discount_amount - uncosted_revenue_amount - product_cost_amount - service_cost_amount
    - acquisition_cost_amount - promotion_cost_amount - return_cost_amount <> net_profit_amount
