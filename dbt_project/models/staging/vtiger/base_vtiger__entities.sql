{{ config(materialized='view') }}
with

final as (
    select
        _source,
        crmid,
        setype
    from {{ source('vtiger', 'vtiger_crmentity') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
)

select * from final
