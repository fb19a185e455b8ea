-- each month has every customer known by its end once, and all counted revenue of its twelve months
with

movements as (
    select * from {{ ref('lifecycle_movements') }}
),

changes as (
    select customer_id, min(valid_from_date) as known_from_date
    from {{ ref('fct_customer_status_changes') }}
    group by customer_id
),

customers as (
    select dim.customer_id, dim.customer_type, changes.known_from_date
    from {{ ref('dim_customers') }} as dim
    left join changes on dim.customer_id = changes.customer_id
),

orders as (
    select orders.order_date, orders.order_reporting_amount, customers.customer_type
    from {{ ref('fct_orders') }} as orders
    inner join customers on orders.customer_id = customers.customer_id
    where orders.is_counted
),

months as (
    select
        month_start_date,
        month_end_date,
        customer_type,
        sum(customer_count) as customer_count,
        sum(opening_amount + revaluation_amount) as amount
    from movements
    group by month_start_date, month_end_date, customer_type
),

expected as (
    select
        months.*,
        (
            select count(*) from customers
            where
                customers.customer_type = months.customer_type
                and coalesce(customers.known_from_date, {{ as_of() }}) <= months.month_end_date
        ) as expected_count,
        (
            select coalesce(sum(orders.order_reporting_amount), 0) from orders
            where
                orders.customer_type = months.customer_type
                and orders.order_date <= months.month_end_date
                and orders.order_date >= cast({{ dateadd('month', -11, 'months.month_start_date') }} as date)
        ) as expected_amount
    from months
)

select * from expected
where customer_count <> expected_count or amount <> expected_amount
