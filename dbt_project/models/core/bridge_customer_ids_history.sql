{{ config(materialized='view') }}
-- a report that keeps an id and a day joins here and finds the customer of that day
with

resolved as (
    select * from {{ ref('int_customers__ids_resolved') }}
),

final as (
    select
        known_customer_id,
        customer_id,
        known_customer_id <> customer_id as is_alias,
        valid_from,
        valid_to
    from resolved
)

select * from final
