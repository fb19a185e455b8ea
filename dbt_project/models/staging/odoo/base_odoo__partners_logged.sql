{{ config(materialized='view') }}
-- one table holds organizations, persons and their further addresses; own companies and users are no customers
with

logged as (
    select * from {{ source('odoo', 'res_partner') }}
),

own as (
    select distinct _source, partner_id from {{ source('odoo', 'res_company') }}
),

told as (
    select
        logged.*,
        coalesce(logged.is_company, false) as is_organization,
        logged.parent_id is not null and coalesce(logged.type in ('invoice', 'delivery', 'other', 'private'), false)
            as has_address_type,
        own.partner_id is null and coalesce(logged.partner_share, true) as is_customer
    from logged
    left join own
        on
            logged._source = own._source
            and logged.id = own.partner_id
),

roles as (
    select
        *,
        is_customer and is_organization as is_account,
        is_customer and not is_organization and not has_address_type as is_contact,
        is_customer and not is_organization and has_address_type as is_address
    from told
),

final as (
    select
        *,
        {{ odoo_ever('is_account') }} as was_account,
        {{ odoo_ever('is_contact') }} as was_contact,
        {{ odoo_ever('is_address') }} as was_address
    from roles
)

select * from final
