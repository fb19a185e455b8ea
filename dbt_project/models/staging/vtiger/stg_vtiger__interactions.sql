{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- an activity's date and time are two columns, its time a text; a task has a status, an event another
with

logged as (
    select * from {{ source('vtiger', 'vtiger_activity') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

links as (
    select * from {{ ref('base_vtiger__activity_links') }}
),

emails as (
    select * from {{ source('vtiger', 'vtiger_emaildetails') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

owning_groups as (
    select * from {{ ref('base_vtiger__groups') }}
),

joined as (
    select
        logged.*,
        links.account_crmid,
        links.contact_crmid,
        links.lead_crmid,
        links.potential_crmid,
        emails.email_flag,
        owning_groups.groupid,
        logged.date_start + coalesce({{ safe_cast("nullif(logged.time_start, '')", 'time') }}, time '00:00:00')
            as started_at,
        logged.due_date + {{ safe_cast("nullif(logged.time_end, '')", 'time') }} as ended_at
    from logged
    left join links
        on
            logged._source = links._source
            and logged.activityid = links.activityid
    left join emails
        on
            logged._source = emails._source
            and logged.activityid = emails.emailid
    left join owning_groups
        on
            logged._source = owning_groups._source
            and logged.smownerid = owning_groups.groupid
),

final as (
    select
        {{ record_keys('vtiger') }},
        cast(account_crmid as varchar) as account_record_id,
        cast(contact_crmid as varchar) as contact_record_id,
        cast(lead_crmid as varchar) as lead_record_id,
        cast(potential_crmid as varchar) as opportunity_record_id,
        case when groupid is null then cast(nullif(smownerid, 0) as varchar) end as owner_user_record_id,
        case
            when activitytype = 'Emails' then 'email'
            when activitytype = 'Call' then 'call'
            when activitytype = 'Task' then 'task'
            when lower(activitytype) like '%chat%' then 'chat'
            when lower(activitytype) like '%visit%' then 'visit'
            else 'meeting'
        end as interaction_type,
        case when email_flag = 'SENT' then 'outbound' end as direction,
        {{ decoded('subject') }} as subject,
        {{ in_utc('started_at') }} as occurred_at,
        cast(
            case
                when activitytype <> 'Task' and ended_at > started_at
                    then {{ datediff('started_at', 'ended_at', 'second') }}
            end as integer
        ) as duration_seconds,
        case
            when activitytype = 'Emails' then email_flag = 'SENT'
            else coalesce(coalesce(nullif(eventstatus, ''), status) in ('Held', 'Completed'), false)
        end as is_completed,
        {{ in_utc('createdtime') }} as created_at,
        {{ in_utc('modifiedtime') }} as modified_at,
        {{ record_state() }}
    from joined
)

select * from final
