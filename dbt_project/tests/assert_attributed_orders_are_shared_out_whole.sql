-- what the campaigns get of an order is the order, in each model
select
    attributions.order_id,
    attributions.attribution_model
from {{ ref('order_attributions') }} as attributions
inner join {{ ref('fct_orders') }} as orders on attributions.order_id = orders.order_id
group by
    attributions.order_id,
    attributions.attribution_model,
    orders.order_reporting_amount,
    orders.margin_reporting_amount
having
    sum(attributions.order_credit) <> 1
    or sum(attributions.attributed_revenue_amount) <> coalesce(orders.order_reporting_amount, 0)
    or sum(attributions.attributed_margin_amount) <> coalesce(orders.margin_reporting_amount, 0)
