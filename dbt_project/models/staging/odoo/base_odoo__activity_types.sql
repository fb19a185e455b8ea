{{ config(materialized='view') }}
with

final as (
    select
        _source,
        id,
        {{ odoo_activity_kind('category', odoo_translation('name')) }} as interaction_type
    from {{ source('odoo', 'mail_activity_type') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
)

select * from final
