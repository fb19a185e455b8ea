{{ config(materialized='view') }}
with

final as (
    select
        _source,
        id,
        name as currency_code
    from {{ source('odoo', 'res_currency') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
)

select * from final
