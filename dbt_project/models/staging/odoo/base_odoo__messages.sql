{{ config(materialized='view') }}
-- what was written to or by a customer, and what an activity left when it was done; notes among colleagues are neither
with

logged as (
    select * from {{ source('odoo', 'mail_message') }}
    where model in ('res.partner', 'crm.lead', 'sale.order')
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

subtypes as (
    select
        _source,
        id,
        coalesce(internal, false) as is_among_colleagues
    from {{ source('odoo', 'mail_message_subtype') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        logged.*,
        subtypes.is_among_colleagues
    from logged
    left join subtypes
        on
            logged._source = subtypes._source
            and logged.subtype_id = subtypes.id
    where
        logged.mail_activity_type_id is not null
        or (
            logged.message_type in ('email', 'email_outgoing', 'comment', 'sms', 'whatsapp_message')
            and not coalesce(logged.is_internal, false)
            and not coalesce(subtypes.is_among_colleagues, false)
        )
)

select * from final
