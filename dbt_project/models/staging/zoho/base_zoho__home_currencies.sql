{{ config(materialized='view') }}
with

latest as (
    select * from {{ source('zoho', 'org') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        _source,
        min(iso_code) as iso_code
    from latest
    group by _source
)

select * from final
