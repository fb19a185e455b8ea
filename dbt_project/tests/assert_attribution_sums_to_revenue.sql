-- every model shares out all counted orders, their revenue and their margin, to the last cent
with

orders as (
    select
        count(*) as order_count,
        coalesce(sum(order_reporting_amount), 0) as revenue_amount,
        coalesce(sum(margin_reporting_amount), 0) as margin_amount
    from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

models as (
    select
        attribution_model,
        sum(order_credit) as order_credit,
        sum(attributed_revenue_amount) as revenue_amount,
        sum(attributed_margin_amount) as margin_amount
    from {{ ref('campaign_attribution') }}
    group by attribution_model
)

select models.*
from models
cross join orders
where
    models.order_credit <> orders.order_count
    or models.revenue_amount <> orders.revenue_amount
    or models.margin_amount <> orders.margin_amount
