-- when each id stood for a customer of its own, and when it was merged into which other one
with

assignments as (
    select * from {{ ref('base_identity__assignments_history') }}
),

events as (
    select * from {{ ref('base_identity__events') }}
    where event_type in ('merged', 'retired')
),

-- most ids have been customers of their own all along
interrupted as (
    select distinct customer_id from events
),

uninterrupted as (
    select assignments.customer_id, min(assignments.valid_from) as valid_from
    from assignments
    left join interrupted on assignments.customer_id = interrupted.customer_id
    where interrupted.customer_id is null
    group by assignments.customer_id
),

-- an id is its own as soon as a record has it; only with a merge, or without any record, it is not
states as (
    select
        assignments.customer_id,
        assignments.customer_id as heir_customer_id,
        assignments.valid_from,
        assignments.written,
        1 as position
    from assignments
    inner join interrupted on assignments.customer_id = interrupted.customer_id
    group by assignments.customer_id, assignments.valid_from, assignments.written
    union all
    select
        customer_id,
        case when event_type = 'merged' then other_customer_id end,
        event_date,
        written,
        2
    from events
),

-- what a later night says of a day takes the place of what was written before
ended as (
    select
        *,
        min(valid_from) over (
            partition by customer_id
            order by written, valid_from, position
            rows between 1 following and unbounded following
        ) as valid_to
    from states
),

lasting as (
    select
        *,
        lag(heir_customer_id) over (partition by customer_id order by valid_from) as previous_heir_id,
        lag(valid_to) over (partition by customer_id order by valid_from) as previous_valid_to
    from ended
    where heir_customer_id is not null and (valid_to is null or valid_from < valid_to)
),

-- periods that follow each other and say the same are one
numbered as (
    select
        *,
        sum(case when heir_customer_id = previous_heir_id and valid_from = previous_valid_to then 0 else 1 end)
            over (partition by customer_id order by valid_from rows between unbounded preceding and current row)
            as period_number
    from lasting
),

final as (
    select
        customer_id as known_customer_id,
        heir_customer_id,
        min(valid_from) as valid_from,
        case when count(valid_to) = count(*) then max(valid_to) end as valid_to
    from numbered
    group by customer_id, heir_customer_id, period_number
    union all
    select customer_id, customer_id as heir_customer_id, valid_from, cast(null as date)
    from uninterrupted
)

select * from final
