-- one row per employee and employer
with spells as (
    select customer, employer, acquired_at as since, least(job_changed_at, timestamp '2200-01-01') as until
    from customers where kind = 2
    union all
    select customer, next_employer, job_changed_at, timestamp '2200-01-01'
    from customers where kind = 2 and job_changed_at <= now()
),

final as (
    select
        'T' || lpad(customer::varchar, 7, '0') as truth_customer_id,
        'T' || lpad(employer::varchar, 7, '0') as employer_truth_customer_id,
        since::date as from_date,
        case when until <= now() then until::date end as to_date,
    from spells where since <= now()
)

select * from final
