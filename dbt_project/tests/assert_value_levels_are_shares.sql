-- no more customers are above a level than it says, but for those who are equal to the last of them
with

profiles as (
    select * from {{ ref('customer_profiles') }}
    where value_level <> 'none'
),

counted as (
    select
        count(*) as customer_count,
        count(distinct case when value_level = 'high' then customer_id end) as high_count,
        min(case when value_level = 'high' then value_amount end) as last_high_amount,
        max(case when value_level <> 'high' then value_amount end) as first_other_amount
    from profiles
),

strictly as (
    select count(*) as better_count
    from profiles
    cross join counted
    where profiles.value_amount > counted.last_high_amount
)

select *
from counted
cross join strictly
where
    customer_count > 0
    and (
        100 * better_count >= {{ var('profiles')['high_value_percent'] }} * customer_count
        or 100 * high_count < {{ var('profiles')['high_value_percent'] }} * customer_count
        or first_other_amount >= last_high_amount
    )
