-- a close is the next month's opening, in customers and to the cent, of each customer type and state
with

movements as (
    select * from {{ ref('lifecycle_movements') }}
),

closings as (
    select
        cast({{ dateadd('month', 1, 'month_start_date') }} as date) as month_start_date, customer_type,
        to_status as status, customer_count, closing_amount as amount
    from movements
),

openings as (
    select month_start_date, customer_type, from_status as status, customer_count, opening_amount as amount
    from movements
    where from_status <> 'none'
),

matched as (
    select month_start_date, customer_type, status, customer_count, amount from closings
    union all
    select month_start_date, customer_type, status, -customer_count, -amount from openings
)

select month_start_date, customer_type, status, sum(customer_count) as customer_count, sum(amount) as amount
from matched
where month_start_date <= {{ as_of() }}
group by month_start_date, customer_type, status
having sum(customer_count) <> 0 or sum(amount) <> 0
