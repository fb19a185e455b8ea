{{ config(materialized='view') }}
with

meetings as (
    select * from {{ source('odoo', 'calendar_event') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

messages as (
    select * from {{ ref('base_odoo__messages') }}
),

activities as (
    select * from {{ source('odoo', 'mail_activity') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

attendances as (
    select * from {{ source('odoo', 'calendar_event_res_partner_rel') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

users as (
    select _source, partner_id, min(id) as user_id
    from {{ source('odoo', 'res_users') }}
    where share is distinct from true
    group by _source, partner_id
),

partners as (
    select * from {{ ref('base_odoo__partners') }}
),

activity_types as (
    select * from {{ ref('base_odoo__activity_types') }}
),

-- of those who were there, the first customer
attendees as (
    select attendances._source, attendances.calendar_event_id, min(attendances.res_partner_id) as partner_id
    from attendances
    inner join partners
        on
            attendances._source = partners._source
            and attendances.res_partner_id = partners.id
    where attendances._op <> 'delete' and partners.is_customer
    group by attendances._source, attendances.calendar_event_id
),

final as (
    select
        meetings._source,
        'calendar.event,' || meetings._record_id as interaction_record_id,
        case when meetings.opportunity_id is not null then 'crm.lead' else meetings.res_model end as model,
        coalesce(meetings.opportunity_id, meetings.res_id) as res_id,
        attendees.partner_id,
        meetings.user_id,
        case when lower(meetings.name) like '%visit%' then 'visit' else 'meeting' end as interaction_type,
        cast(null as varchar) as direction,
        meetings.name as subject,
        case
            when meetings.allday
                then {{ reporting_day_start('coalesce(meetings.start_date, cast(meetings.start as date))') }}
            else meetings.start
        end as occurred_at,
        cast(case when not coalesce(meetings.allday, false) then meetings.duration * 3600 end as integer)
            as duration_seconds,
        case when meetings.active is false then false end as is_completed,
        meetings.create_date,
        meetings.write_date,
        meetings._op, meetings._delete_reason, meetings._merged_into, meetings._source_modified_at, meetings._loaded_at
    from meetings
    left join attendees
        on
            meetings._source = attendees._source
            and meetings.id = attendees.calendar_event_id
    union all
    select
        messages._source,
        'mail.message,' || messages._record_id,
        messages.model,
        messages.res_id,
        case when authors.is_customer then messages.author_id end,
        users.user_id,
        case
            when messages.mail_activity_type_id is not null then coalesce(activity_types.interaction_type, 'task')
            when messages.message_type in ('sms', 'whatsapp_message') then 'chat'
            else 'email'
        end,
        case
            when messages.mail_activity_type_id is not null then null
            when users.user_id is not null then 'outbound'
            when messages.message_type = 'email_outgoing' then 'outbound'
            else 'inbound'
        end,
        messages.subject,
        coalesce(messages.date, messages.create_date),
        cast(null as integer),
        true,
        messages.create_date,
        messages.write_date,
        messages._op, messages._delete_reason, messages._merged_into, messages._source_modified_at, messages._loaded_at
    from messages
    left join partners as authors
        on
            messages._source = authors._source
            and messages.author_id = authors.id
    left join users
        on
            messages._source = users._source
            and messages.author_id = users.partner_id
    left join activity_types
        on
            messages._source = activity_types._source
            and messages.mail_activity_type_id = activity_types.id
    union all
    select
        activities._source,
        'mail.activity,' || activities._record_id,
        activities.res_model,
        activities.res_id,
        cast(null as bigint),
        activities.user_id,
        coalesce(activity_types.interaction_type, 'task'),
        cast(null as varchar),
        activities.summary,
        {{ reporting_day_start('activities.date_deadline') }},
        cast(null as integer),
        false,
        activities.create_date,
        activities.write_date,
        activities._op,
        activities._delete_reason,
        activities._merged_into,
        activities._source_modified_at,
        activities._loaded_at
    from activities
    left join activity_types
        on
            activities._source = activity_types._source
            and activities.activity_type_id = activity_types.id
)

select * from final
