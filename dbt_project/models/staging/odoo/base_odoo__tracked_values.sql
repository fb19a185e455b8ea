{{ config(materialized='view') }}
-- a tracked field is told by its name, in later versions by its id
with

logged as (
    select * from {{ source('odoo', 'mail_tracking_value') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

messages as (
    select _source, id, res_id, date from {{ source('odoo', 'mail_message') }}
    where model = 'crm.lead'
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

fields as (
    select _source, cast(id as varchar) as field_number, name as field_name from {{ source('odoo', 'ir_model_fields') }}
    where model = 'crm.lead'
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        logged.*,
        messages.res_id,
        coalesce(messages.date, logged.create_date) as changed_at,
        coalesce(fields.field_name, logged.field) as field_name
    from logged
    inner join messages
        on
            logged._source = messages._source
            and logged.mail_message_id = messages.id
    left join fields
        on
            logged._source = fields._source
            and coalesce(cast(logged.field_id as varchar), logged.field) = fields.field_number
    where coalesce(fields.field_name, logged.field) in ('stage_id', 'active')
)

select * from final
