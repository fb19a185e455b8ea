{{ config(materialized='view') }}
-- a row without a key was never a record of any entity: it is counted under its table's own name
with

final as (
    select
        source_system,
        source_instance,
        source_object as entity,
        quarantined_count
    from {{ ref('base_ingest__keyless_rows') }}
    where source_system = 'mapped'
)

select * from final
