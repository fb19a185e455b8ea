{{ config(materialized='view') }}
with

final as (
    select
        _source,
        id,
        coalesce(nullif(code, ''), {{ odoo_translation('name') }}) as country
    from {{ source('odoo', 'res_country') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
)

select * from final
