-- a day without a time begins in the reporting zone: at midnight UTC it would be the day before west of Greenwich
-- tasks, events and e-mails are one entity; what an id points to is told by its key prefix (003 contact, 00Q lead, 006
-- deal, 001 account). An e-mail that is logged as a task is that task; one of a case is with the customer of the case
with

latest_tasks as (
    select * from {{ source('salesforce', 'task') }}
    {{ latest_records() }}
),

latest_events as (
    select * from {{ source('salesforce', 'event') }}
    {{ latest_records() }}
),

all_emails as (
    select * from {{ source('salesforce', 'email_message') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

cases as (
    select _source, _record_id, AccountId, ContactId
    from {{ source('salesforce', 'case') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
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

emails as (
    select
        'salesforce' as source_system,
        all_emails._source as source_instance,
        all_emails._record_id as source_record_id,
        coalesce(cases.AccountId, case when RelatedToId like '001%' then RelatedToId end) as account_record_id,
        cases.ContactId as who_record_id,
        RelatedToId as what_record_id,
        cast(null as varchar) as owner_user_record_id,
        'email' as interaction_type,
        case when Incoming then 'inbound' else 'outbound' end as direction,
        Subject as subject,
        coalesce(MessageDate, CreatedDate) as occurred_at,
        cast(null as integer) as duration_seconds,
        true as is_completed,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        _op = 'delete' or ActivityId is not null as is_deleted,
        case
            when _op = 'delete' then coalesce(_source_modified_at, _loaded_at)
            when ActivityId is not null then CreatedDate
        end as deleted_at,
        case when _op = 'delete' then _delete_reason when ActivityId is not null then 'merged' end as delete_reason,
        coalesce(_merged_into, ActivityId) as merged_into_record_id,
        _loaded_at as loaded_at
    from all_emails
    left join cases
        on
            all_emails._source = cases._source
            and all_emails.ParentId = cases._record_id
),

activities as (
    select * from tasks
    union all
    select * from events
    union all
    select * from emails
),

placed as (
    select
        {{ all_columns_but(['who_record_id', 'what_record_id']) }},
        case when who_record_id like '003%' then who_record_id end as contact_record_id,
        case when who_record_id like '00Q%' then who_record_id end as lead_record_id,
        case when what_record_id like '006%' then what_record_id end as opportunity_record_id
    from activities
),

final as (
    select placed.*
    from placed
    {{ join_changed('placed', ['source_instance', 'source_record_id'],
        ['loaded_at', 'account_record_id', 'contact_record_id']) }}
)

select * from final
