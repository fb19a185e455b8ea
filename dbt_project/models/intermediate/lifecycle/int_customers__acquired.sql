-- where each buying customer came from, and by which channel the first order
with

purchases as (
    select customer_id, min(purchase_date) as first_purchase_date
    from {{ ref('int_purchases__spaced') }}
    group by customer_id
),

customers as (
    select * from {{ ref('dim_customers') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

first_orders as (
    select
        orders.customer_id,
        orders.channel,
        row_number() over (partition by orders.customer_id order by orders.order_id) as place
    from orders
    inner join purchases
        on orders.customer_id = purchases.customer_id and orders.order_date = purchases.first_purchase_date
),

final as (
    select
        purchases.customer_id,
        purchases.first_purchase_date,
        cast({{ date_trunc('month', 'purchases.first_purchase_date') }} as date) as cohort_start_date,
        coalesce(customers.acquisition_source, 'unknown') as acquisition_source,
        case
            when first_orders.customer_id is null then 'subscription'
            else coalesce(first_orders.channel, 'unknown')
        end as first_channel
    from purchases
    inner join customers on purchases.customer_id = customers.customer_id
    left join first_orders on purchases.customer_id = first_orders.customer_id and first_orders.place = 1
)

select * from final
