-- the periods of a customer follow each other without gap or overlap, each in another state, and the last one is open
with

changes as (
    select
        *,
        lead(valid_from_date) over (partition by customer_id order by valid_from_date) as next_from_date,
        lag(status) over (partition by customer_id order by valid_from_date) as status_before
    from {{ ref('fct_customer_status_changes') }}
),

customers as (
    select customer_id from {{ ref('dim_customers') }}
)

select customers.customer_id, changes.valid_from_date
from customers
left join changes on customers.customer_id = changes.customer_id
where
    changes.customer_id is null
    or changes.valid_to_date is distinct from changes.next_from_date
    or changes.is_current <> (changes.next_from_date is null)
    or changes.previous_status is distinct from changes.status_before
    or changes.status is not distinct from changes.status_before
    or changes.valid_from_date > {{ as_of() }}
