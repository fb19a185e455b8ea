{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- meetings, messages and what is planned; a done activity is known by the message it leaves
with

told as (
    select * from {{ ref('base_odoo__interactions') }}
),

deals as (
    select
        _source,
        id,
        partner_id,
        coalesce(type, 'opportunity') = 'lead' as is_lead
    from {{ source('odoo', 'crm_lead') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

orders as (
    select _source, id, partner_id, opportunity_id from {{ source('odoo', 'sale_order') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

partners as (
    select * from {{ ref('base_odoo__partners') }}
),

about as (
    select
        told.*,
        deals.is_lead,
        case when deals.is_lead is false then cast(deals.id as varchar) else cast(orders.opportunity_id as varchar) end
            as opportunity_record_id,
        case when deals.is_lead then cast(deals.id as varchar) end as lead_record_id,
        -- who wrote or was there is nearer than whose record it stands at
        coalesce(
            told.partner_id,
            case when told.model = 'res.partner' then told.res_id end,
            deals.partner_id,
            orders.partner_id
        ) as about_partner_id
    from told
    left join deals
        on
            told._source = deals._source
            and told.model = 'crm.lead'
            and told.res_id = deals.id
    left join orders
        on
            told._source = orders._source
            and told.model = 'sale.order'
            and told.res_id = orders.id
),

final as (
    select
        'odoo' as source_system,
        about._source as source_instance,
        about.interaction_record_id as source_record_id,
        partners.account_record_id,
        partners.contact_record_id,
        about.lead_record_id,
        about.opportunity_record_id,
        cast(about.user_id as varchar) as owner_user_record_id,
        about.interaction_type,
        about.direction,
        about.subject,
        about.occurred_at,
        about.duration_seconds,
        about.is_completed,
        about.create_date as created_at,
        about.write_date as modified_at,
        {{ record_state() }}
    from about
    left join partners
        on
            about._source = partners._source
            and about.about_partner_id = partners.id
)

select * from final
