with

statuses as (
    select * from {{ ref('int_customer_statuses__dated') }}
),

compared as (
    select
        *,
        lag(status) over (partition by customer_id order by turn_date) as previous_status
    from statuses
),

changes as (
    select
        *,
        lead(turn_date) over (partition by customer_id order by turn_date) as next_turn_date
    from compared
    where previous_status is distinct from status
),

final as (
    select
        customer_id,
        status,
        previous_status,
        turn_date as valid_from_date,
        next_turn_date as valid_to_date,
        next_turn_date is null as is_current
    from changes
)

select * from final
