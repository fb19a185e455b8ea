{{ config(materialized='table') }}
-- built whole each night: read by most of the others
with

logged as (
    select * from {{ ref('base_odoo__partners_logged') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        logged._source,
        logged.id,
        logged.name as partner_name,
        logged.email,
        logged.is_customer,
        case
            when logged.is_account then logged._record_id
            when commercial.is_account then commercial._record_id
            when parents.is_account then parents._record_id
        end as account_record_id,
        case
            when logged.is_contact then logged._record_id
            when logged.is_address and parents.is_contact then parents._record_id
        end as contact_record_id
    from logged
    left join logged as commercial
        on
            logged._source = commercial._source
            and logged.commercial_partner_id = commercial.id
    left join logged as parents
        on
            logged._source = parents._source
            and logged.parent_id = parents.id
)

select * from final
