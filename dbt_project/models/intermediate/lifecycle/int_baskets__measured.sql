-- what a customer's orders look like
with

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

lines as (
    select * from {{ ref('fct_order_lines') }}
    where is_counted and customer_id is not null
),

ordered as (
    select
        customer_id,
        count(*) as order_count,
        count(order_reporting_amount) as valued_order_count,
        coalesce(sum(order_reporting_amount), 0) as revenue_amount,
        sum(line_count) as line_count
    from orders
    group by customer_id
),

discounted as (
    select
        customer_id,
        count(*) as line_count,
        sum(case when discount_amount > 0 then 1 else 0 end) as discounted_line_count
    from lines
    group by customer_id
),

final as (
    select
        ordered.customer_id,
        {{ average_amount('ordered.revenue_amount', 'ordered.valued_order_count') }} as average_order_amount,
        {{ rate_of('ordered.line_count', 'ordered.order_count') }} as average_line_count,
        {{ rate_of('discounted.discounted_line_count', 'discounted.line_count') }} as discounted_line_rate
    from ordered
    left join discounted on ordered.customer_id = discounted.customer_id
)

select * from final
