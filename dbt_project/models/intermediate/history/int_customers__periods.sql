{{ config(materialized='table') }}
-- the periods in which none of a customer's records changed
with

moments as (
    select
        customer_id,
        valid_from_at,
        max(known_from_at) as known_from_at
    from {{ ref('int_customers__versions') }}
    group by customer_id, valid_from_at
),

final as (
    select
        customer_id,
        valid_from_at,
        lead(valid_from_at) over (partition by customer_id order by valid_from_at) as valid_to_at,
        known_from_at,
        row_number() over (order by customer_id, valid_from_at) as period_no
    from moments
)

select * from final
