{{ config(materialized='table') }}
with

final as (
    select
        source_system,
        source_instance,
        entity,
        source_record_id,
        customer_id,
        customer_type
    from {{ source('identity', 'assignments') }}
    where is_current
)

select * from final
