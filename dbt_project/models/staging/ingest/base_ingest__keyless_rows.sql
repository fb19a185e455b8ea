{{ config(materialized='view') }}
with

final as (
    select
        connector_type as source_system,
        _source as source_instance,
        object as source_object,
        count(distinct reject_hash) as quarantined_count
    from {{ source('ingest', 'rejected_rows') }}
    where _record_id is null
    group by connector_type, _source, object
)

select * from final
