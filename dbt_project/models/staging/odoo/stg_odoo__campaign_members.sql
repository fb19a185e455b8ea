{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- one for each mailing that somebody was sent; who is only on a mailing list is no contact
with

logged as (
    select * from {{ source('odoo', 'mailing_trace') }}
    {{ latest_records() }}
),

mailings as (
    select _source, id, campaign_id as mailing_campaign_id from {{ source('odoo', 'mailing_mailing') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

partners as (
    select * from {{ ref('base_odoo__partners') }}
),

final as (
    select
        'odoo' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        cast(coalesce(logged.campaign_id, mailings.mailing_campaign_id) as varchar) as campaign_record_id,
        partners.contact_record_id,
        case when logged.model = 'crm.lead' then cast(logged.res_id as varchar) end as lead_record_id,
        coalesce(logged.trace_status, logged.state) as member_status,
        false as is_control,
        coalesce(logged.reply_datetime, logged.links_click_datetime, logged.replied, logged.clicked) is not null
            as has_responded,
        coalesce(logged.reply_datetime, logged.links_click_datetime, logged.replied, logged.clicked) as responded_at,
        logged.create_date as created_at,
        logged.write_date as modified_at,
        {{ record_state() }}
    from logged
    left join mailings
        on
            logged._source = mailings._source
            and logged.mass_mailing_id = mailings.id
    left join partners
        on
            logged._source = partners._source
            and logged.model = 'res.partner'
            and logged.res_id = partners.id
)

select * from final
