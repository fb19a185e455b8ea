{{ config(materialized='view') }}
with

final as (
    select
        event_type,
        customer_id,
        other_customer_id,
        as_of as event_date,
        coalesce(revision, 0) as written
    from {{ source('identity', 'events') }}
)

select * from final
