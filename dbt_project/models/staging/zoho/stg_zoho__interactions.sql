{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- a task without a time of its end happened, or is due, on its day in the reporting zone
with

tasks as (
    select
        _source, _record_id, _op, _delete_reason, _merged_into, _source_modified_at, _loaded_at,
        Who_Id, What_Id, Owner, Created_Time, Modified_Time,
        'task' as interaction_type,
        cast(null as varchar) as direction,
        Subject as subject,
        coalesce(Closed_Time, {{ reporting_day_start('Due_Date') }}, Created_Time) as occurred_at,
        cast(null as integer) as duration_seconds,
        coalesce(lower(Status) = 'completed', false) as is_completed
    from {{ source('zoho', 'tasks') }}
    {{ latest_records() }}
),

events as (
    select
        _source, _record_id, _op, _delete_reason, _merged_into, _source_modified_at, _loaded_at,
        Who_Id, What_Id, Owner, Created_Time, Modified_Time,
        case when lower(Event_Title) like '%visit%' then 'visit' else 'meeting' end as interaction_type,
        cast(null as varchar) as direction,
        Event_Title as subject,
        coalesce(Start_DateTime, Created_Time) as occurred_at,
        case
            when not coalesce(All_day, false)
                then cast({{ datediff('Start_DateTime', 'End_DateTime', 'second') }} as integer)
        end as duration_seconds,
        cast(null as boolean) as is_completed
    from {{ source('zoho', 'events') }}
    {{ latest_records() }}
),

calls as (
    select
        _source, _record_id, _op, _delete_reason, _merged_into, _source_modified_at, _loaded_at,
        Who_Id, What_Id, Owner, Created_Time, Modified_Time,
        'call' as interaction_type,
        case lower(Call_Type)
            when 'outbound' then 'outbound' when 'inbound' then 'inbound' when 'missed' then 'inbound'
        end as direction,
        Subject as subject,
        coalesce(Call_Start_Time, Created_Time) as occurred_at,
        Call_Duration_in_seconds as duration_seconds,
        cast(null as boolean) as is_completed
    from {{ source('zoho', 'calls') }}
    {{ latest_records() }}
),

activities as (
    select * from tasks
    union all
    select * from events
    union all
    select * from calls
),

known_records as (
    select * from {{ ref('base_zoho__known_records') }}
),

final as (
    select
        'zoho' as source_system,
        activities._source as source_instance,
        activities._record_id as source_record_id,
        case when about.entity = 'accounts' then activities.What_Id end as account_record_id,
        case
            when who.entity = 'contacts' then activities.Who_Id
            when about.entity = 'contacts' then activities.What_Id
        end as contact_record_id,
        case
            when who.entity = 'leads' then activities.Who_Id
            when about.entity = 'leads' then activities.What_Id
        end as lead_record_id,
        case when about.entity = 'opportunities' then activities.What_Id end as opportunity_record_id,
        activities.Owner as owner_user_record_id,
        activities.interaction_type,
        activities.direction,
        activities.subject,
        activities.occurred_at,
        activities.duration_seconds,
        activities.is_completed,
        activities.Created_Time as created_at,
        activities.Modified_Time as modified_at,
        activities._op = 'delete' as is_deleted,
        case
            when activities._op = 'delete' then coalesce(activities._source_modified_at, activities._loaded_at)
        end as deleted_at,
        activities._delete_reason as delete_reason,
        activities._merged_into as merged_into_record_id,
        activities._loaded_at as loaded_at
    from activities
    left join known_records as who
        on
            activities._source = who._source
            and activities.Who_Id = who._record_id
    left join known_records as about
        on
            activities._source = about._source
            and activities.What_Id = about._record_id
)

select * from final
