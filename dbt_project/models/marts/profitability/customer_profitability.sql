with

sold as (
    select * from {{ ref('int_customers__sold') }}
),

services as (
    select * from {{ ref('customer_service_costs') }}
    where customer_id is not null
),

shares as (
    select * from {{ ref('campaign_cost_shares') }}
    where customer_id is not null
),

customers as (
    select * from {{ ref('dim_customers') }}
),

served as (
    select
        customer_id,
        sum(case when cost_type <> 'returned_order' then item_cost_amount end) as service_cost_amount,
        sum(case when cost_type = 'returned_order' then item_cost_amount end) as return_cost_amount,
        sum(case when cost_type = 'returned_order' then item_count end) as returned_order_count,
        sum(uncosted_item_count) as uncosted_item_count
    from services
    group by customer_id
),

campaigned as (
    select
        customer_id,
        sum(case when cost_purpose = 'acquisition' then cost_share_amount end) as acquisition_cost_amount,
        sum(case when cost_purpose = 'promotion' then cost_share_amount end) as promotion_cost_amount
    from shares
    group by customer_id
),

known as (
    select customer_id from sold
    union
    select customer_id from served
    union
    select customer_id from campaigned
),

summed as (
    select
        known.customer_id,
        customers.customer_type,
        customers.customer_name,
        sold.first_order_date,
        coalesce(sold.order_count, 0) as order_count,
        coalesce(sold.quarantined_order_count, 0) as quarantined_order_count,
        coalesce(sold.uncosted_order_count, 0) as uncosted_order_count,
        coalesce(sold.uncosted_line_count, 0) as uncosted_line_count,
        coalesce(served.uncosted_item_count, 0) as uncosted_item_count,
        coalesce(served.returned_order_count, 0) as returned_order_count,
        coalesce(sold.revenue_amount, 0) as revenue_amount,
        coalesce(sold.discount_amount, 0) as discount_amount,
        coalesce(sold.product_cost_amount, 0) as product_cost_amount,
        coalesce(sold.margin_amount, 0) as marginal_profit_amount,
        coalesce(served.service_cost_amount, 0) as service_cost_amount,
        coalesce(campaigned.acquisition_cost_amount, 0) as acquisition_cost_amount,
        coalesce(campaigned.promotion_cost_amount, 0) as promotion_cost_amount,
        coalesce(served.return_cost_amount, 0) as return_cost_amount
    from known
    inner join customers on known.customer_id = customers.customer_id
    left join sold on known.customer_id = sold.customer_id
    left join served on known.customer_id = served.customer_id
    left join campaigned on known.customer_id = campaigned.customer_id
),

netted as (
    select
        *,
        marginal_profit_amount - service_cost_amount - acquisition_cost_amount - promotion_cost_amount
        - return_cost_amount as net_profit_amount
    from summed
),

ranked as (
    select
        *,
        rank() over (order by net_profit_amount desc) as profit_rank,
        sum(net_profit_amount) over (order by net_profit_amount desc, customer_id rows unbounded preceding)
            as cumulative_amount,
        sum(net_profit_amount) over () as all_amount
    from netted
),

final as (
    select
        customer_id,
        customer_type,
        customer_name,
        {{ as_of() }} as as_of_date,
        '{{ var("reporting_currency") }}' as currency_code,
        first_order_date,
        cast(order_count as integer) as order_count,
        cast(revenue_amount + discount_amount as decimal(18, 2)) as gross_amount,
        cast(discount_amount as decimal(18, 2)) as discount_amount,
        cast(revenue_amount as decimal(18, 2)) as revenue_amount,
        cast(revenue_amount - product_cost_amount - marginal_profit_amount as decimal(18, 2))
            as uncosted_revenue_amount,
        cast(product_cost_amount as decimal(18, 2)) as product_cost_amount,
        cast(marginal_profit_amount as decimal(18, 2)) as marginal_profit_amount,
        cast(service_cost_amount as decimal(18, 2)) as service_cost_amount,
        cast(marginal_profit_amount - service_cost_amount as decimal(18, 2)) as total_profit_amount,
        cast(acquisition_cost_amount as decimal(18, 2)) as acquisition_cost_amount,
        cast(promotion_cost_amount as decimal(18, 2)) as promotion_cost_amount,
        cast(return_cost_amount as decimal(18, 2)) as return_cost_amount,
        cast(net_profit_amount as decimal(18, 2)) as net_profit_amount,
        cast(profit_rank as integer) as profit_rank,
        {{ rate_of('cumulative_amount', 'all_amount') }} as cumulative_profit_rate,
        cast(returned_order_count as integer) as returned_order_count,
        cast(uncosted_line_count as integer) as uncosted_line_count,
        cast(uncosted_order_count as integer) as uncosted_order_count,
        cast(uncosted_item_count as integer) as uncosted_item_count,
        cast(quarantined_order_count as integer) as quarantined_order_count
    from ranked
)

select * from final
