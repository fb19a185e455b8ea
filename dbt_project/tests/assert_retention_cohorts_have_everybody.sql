-- each way to cut cohorts has every customer who ever bought once; all of them bought in their own first period
with

cohorts as (
    select * from {{ ref('retention_cohorts') }}
),

purchases as (
    select count(distinct customer_id) as customer_count from {{ ref('int_purchases__spaced') }}
),

summed as (
    select
        cohort_grain,
        sum(case when period_number = 0 then customer_count else 0 end) as customer_count,
        sum(case when period_number = 0 and retained_customer_count <> customer_count then 1 else 0 end) as wrong_count
    from cohorts
    group by cohort_grain
)

select summed.*, purchases.customer_count as expected_count
from summed
cross join purchases
where summed.customer_count <> purchases.customer_count or summed.wrong_count > 0
