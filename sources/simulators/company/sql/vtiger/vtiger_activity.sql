with dated as (
    select *, case when kind = 'task' then planned_at else coalesce(happened_at, planned_at, created_at) end as starts_at
    from branch.activities
)

select
    number_of(id) as activityid,
    subject,
    case kind when 'email' then 'Emails' when 'call' then 'Call' when 'chat' then 'Chat' when 'event' then 'Meeting' else 'Task' end
        as activitytype,
    coalesce(starts_at, created_at)::date as date_start,
    strftime(coalesce(starts_at, created_at), '%H:%M:%S') as time_start,
    (starts_at + to_minutes(minutes))::date as due_date,
    strftime(starts_at + to_minutes(minutes), '%H:%M:%S') as time_end,
    case when kind = 'task' then case when is_done then 'Completed' else 'Not Started' end end as status,
    case when kind in ('call', 'chat', 'event') then case when is_done then 'Held' else 'Planned' end end as eventstatus,
from dated
