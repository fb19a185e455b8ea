{{ config(materialized='view') }}
-- calls, emails, meetings and tasks in one form; an id is of its own kind
with

calls as (
    select
        _source, _record_id, _op, _delete_reason, _merged_into, _source_modified_at, _loaded_at,
        'calls' as object,
        id,
        'call' as interaction_type,
        case hs_call_direction when 'INBOUND' then 'inbound' when 'OUTBOUND' then 'outbound' end as direction,
        hs_call_title as subject,
        coalesce(hs_timestamp, hs_createdate) as occurred_at,
        cast(hs_call_duration / 1000 as integer) as duration_seconds,
        coalesce(hs_call_status = 'COMPLETED', false) as is_completed,
        hubspot_owner_id,
        hs_createdate,
        hs_lastmodifieddate
    from {{ source('hubspot', 'calls') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

emails as (
    select
        _source, _record_id, _op, _delete_reason, _merged_into, _source_modified_at, _loaded_at,
        'emails' as object,
        id,
        'email' as interaction_type,
        case hs_email_direction when 'INCOMING_EMAIL' then 'inbound' else 'outbound' end as direction,
        hs_email_subject as subject,
        coalesce(hs_timestamp, hs_createdate) as occurred_at,
        cast(null as integer) as duration_seconds,
        coalesce(hs_email_direction = 'INCOMING_EMAIL' or hs_email_status = 'SENT', false) as is_completed,
        hubspot_owner_id,
        hs_createdate,
        hs_lastmodifieddate
    from {{ source('hubspot', 'emails') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

meetings as (
    select
        _source, _record_id, _op, _delete_reason, _merged_into, _source_modified_at, _loaded_at,
        'meetings' as object,
        id,
        'meeting' as interaction_type,
        cast(null as varchar) as direction,
        hs_meeting_title as subject,
        coalesce(hs_meeting_start_time, hs_timestamp, hs_createdate) as occurred_at,
        cast({{ datediff('hs_meeting_start_time', 'hs_meeting_end_time', 'second') }} as integer) as duration_seconds,
        coalesce(hs_meeting_outcome = 'COMPLETED', false) as is_completed,
        hubspot_owner_id,
        hs_createdate,
        hs_lastmodifieddate
    from {{ source('hubspot', 'meetings') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

tasks as (
    select
        _source, _record_id, _op, _delete_reason, _merged_into, _source_modified_at, _loaded_at,
        'tasks' as object,
        id,
        'task' as interaction_type,
        cast(null as varchar) as direction,
        hs_task_subject as subject,
        coalesce(hs_task_completion_date, hs_timestamp, hs_createdate) as occurred_at,
        cast(null as integer) as duration_seconds,
        coalesce(hs_task_status = 'COMPLETED', false) as is_completed,
        hubspot_owner_id,
        hs_createdate,
        hs_lastmodifieddate
    from {{ source('hubspot', 'tasks') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select * from calls
    union all
    select * from emails
    union all
    select * from meetings
    union all
    select * from tasks
)

select * from final
