{{ config(materialized='view') }}
with

history as (
    select * from {{ ref('base_identity__assignments_history') }}
),

final as (
    select
        customer_id,
        source_system,
        source_instance,
        entity,
        source_record_id,
        customer_type,
        valid_from,
        valid_to
    from history
)

select * from final
