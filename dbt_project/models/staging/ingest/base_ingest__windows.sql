{{ config(materialized='view') }}
with

final as (
    select
        connector_type as source_system,
        _source as source_instance,
        object as source_object,
        window_until,
        rows_read,
        rows_appended,
        rows_deleted,
        rows_rejected,
        committed_at
    from {{ source('ingest', 'windows') }}
)

select * from final
