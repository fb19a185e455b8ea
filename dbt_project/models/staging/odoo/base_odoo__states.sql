{{ config(materialized='view') }}
with

final as (
    select
        _source,
        id,
        name as state_name
    from {{ source('odoo', 'res_country_state') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
)

select * from final
