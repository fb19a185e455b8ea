-- the effects of each product and month add up to its change, and all products to the revenue of the month
with

changes as (
    select * from {{ ref('revenue_changes') }}
),

products as (
    select product_id, month_start_date, revenue_amount
    from {{ ref('product_performance') }}
)

select changes.product_id, changes.month_start_date, changes.revenue_growth_amount
from changes
where
    changes.price_effect_amount + changes.quantity_effect_amount + changes.new_sales_effect_amount
    + changes.ended_sales_effect_amount <> changes.revenue_growth_amount
union all
select products.product_id, products.month_start_date, products.revenue_amount
from products
left join changes
    on products.product_id = changes.product_id and products.month_start_date = changes.month_start_date
where products.revenue_amount <> coalesce(changes.revenue_amount, 0)
