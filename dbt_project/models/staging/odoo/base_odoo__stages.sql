{{ config(materialized='view') }}
with

final as (
    select
        _source,
        id,
        {{ odoo_translation('name') }} as stage_name,
        coalesce(is_won, probability >= 100, false) as is_won
    from {{ source('odoo', 'crm_stage') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
)

select * from final
