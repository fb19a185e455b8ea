with

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

discounts as (
    select order_id, sum(discount_reporting_amount) as discount_amount
    from {{ ref('fct_order_lines') }}
    where is_counted
    group by order_id
),

valued as (
    select
        orders.customer_id,
        orders.order_date,
        orders.order_reporting_amount as revenue_amount,
        case when orders.order_reporting_amount is not null then discounts.discount_amount end as discount_amount,
        case when orders.order_reporting_amount is not null then orders.cost_reporting_amount end
            as product_cost_amount,
        case when orders.order_reporting_amount is not null then orders.margin_reporting_amount end as margin_amount,
        orders.uncosted_line_count,
        case when orders.uncosted_line_count > 0 or orders.is_amount_from_header then 1 else 0 end as is_uncosted
    from orders
    left join discounts on orders.order_id = discounts.order_id
),

final as (
    select
        customer_id,
        min(order_date) as first_order_date,
        count(*) as order_count,
        count(*) - count(revenue_amount) as quarantined_order_count,
        sum(uncosted_line_count) as uncosted_line_count,
        sum(is_uncosted) as uncosted_order_count,
        coalesce(sum(revenue_amount), 0) as revenue_amount,
        coalesce(sum(discount_amount), 0) as discount_amount,
        coalesce(sum(product_cost_amount), 0) as product_cost_amount,
        coalesce(sum(margin_amount), 0) as margin_amount
    from valued
    group by customer_id
)

select * from final
