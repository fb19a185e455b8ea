-- every record with the customer it belongs to today
with

records as (
    select * from {{ ref('int_customers__records') }}
),

assignments as (
    select * from {{ ref('base_identity__assignments') }}
),

final as (
    select
        assignments.customer_id,
        records.*
    from records
    inner join assignments
        on
            records.source_system = assignments.source_system
            and records.source_instance = assignments.source_instance
            and records.entity = assignments.entity
            and records.source_record_id = assignments.source_record_id
)

select * from final
