-- a day without a time begins in the reporting zone: at midnight UTC it would be the day before west of Greenwich
-- tasks and events are one entity; what WhoId points to is told by its key prefix (003 contact, 00Q lead, 006 deal)
with

latest_tasks as (
    select * from {{ source('salesforce', 'task') }}
    {{ latest_records() }}
),

latest_events as (
    select * from {{ source('salesforce', 'event') }}
    {{ latest_records() }}
),

tasks as (
    select
        {{ record_keys('salesforce') }},
        AccountId as account_record_id,
        WhoId as who_record_id,
        WhatId as what_record_id,
        OwnerId as owner_user_record_id,
        case TaskSubtype
            when 'Call' then 'call'
            when 'Email' then 'email'
            when 'ListEmail' then 'email'
            when 'Chat' then 'chat'
            else 'task'
        end as interaction_type,
        lower(CallType) as direction,
        Subject as subject,
        coalesce(CompletedDateTime, {{ reporting_day_start('ActivityDate') }}, CreatedDate) as occurred_at,
        CallDurationInSeconds as duration_seconds,
        coalesce(IsClosed, false) as is_completed,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from latest_tasks
),

events as (
    select
        {{ record_keys('salesforce') }},
        AccountId as account_record_id,
        WhoId as who_record_id,
        WhatId as what_record_id,
        OwnerId as owner_user_record_id,
        case when lower(Subject) like '%visit%' then 'visit' else 'meeting' end as interaction_type,
        cast(null as varchar) as direction,
        Subject as subject,
        case
            -- the times of such an event are midnight in UTC, whatever day that is elsewhere
            when IsAllDayEvent then {{ reporting_day_start('coalesce(ActivityDate, cast(StartDateTime as date))') }}
            else coalesce(StartDateTime, ActivityDateTime, {{ reporting_day_start('ActivityDate') }})
        end as occurred_at,
        DurationInMinutes * 60 as duration_seconds,
        cast(null as boolean) as is_completed,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from latest_events
),

activities as (
    select * from tasks
    union all
    select * from events
),

final as (
    select
        {{ all_columns_but(['who_record_id', 'what_record_id']) }},
        case when who_record_id like '003%' then who_record_id end as contact_record_id,
        case when who_record_id like '00Q%' then who_record_id end as lead_record_id,
        case when what_record_id like '006%' then what_record_id end as opportunity_record_id
    from activities
)

select * from final
