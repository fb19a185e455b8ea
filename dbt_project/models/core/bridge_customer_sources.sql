{{ config(materialized='view') }}
with

assigned as (
    select * from {{ ref('int_customers__assigned') }}
),

merged_records as (
    select * from {{ ref('int_merges__resolved') }}
),

final as (
    select
        assigned.customer_id,
        assigned.source_system,
        assigned.source_instance,
        assigned.entity,
        assigned.source_record_id,
        assigned.customer_type,
        assigned.full_name as source_name,
        assigned.email as source_email,
        assigned.phone as source_phone,
        assigned.created_at,
        assigned.modified_at,
        assigned.is_deleted,
        assigned.delete_reason,
        merged_records.survivor_record_id
    from assigned
    left join merged_records
        on
            assigned.source_system = merged_records.source_system
            and assigned.source_instance = merged_records.source_instance
            and assigned.entity = merged_records.entity
            and assigned.source_record_id = merged_records.source_record_id
)

select * from final
