{{ config(materialized='view') }}
-- a choice that was retired is gone there and keeps its label here; of several languages English is taken
with

latest as (
    select * from {{ source('dynamics', 'stringmap') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        _source,
        objecttypecode,
        attributename,
        attributevalue,
        value as label
    from latest
    qualify
        row_number() over (
            partition by _source, objecttypecode, attributename, attributevalue
            order by _op = 'delete', langid <> 1033, langid, _loaded_at desc
        ) = 1
)

select * from final
