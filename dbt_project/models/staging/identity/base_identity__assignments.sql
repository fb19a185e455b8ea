{{ config(materialized='view') }}
with

history as (
    select * from {{ ref('base_identity__assignments_history') }}
),

final as (
    select
        source_system,
        source_instance,
        entity,
        source_record_id,
        customer_id,
        customer_type
    from history
    where is_current
)

select * from final
