select
    i.task_id as Id,
    coalesce(i.contact_id, i.lead_id) as WhoId,
    case when i.lead_id is null then i.account_id end as WhatId,
    ['Email', 'Call', 'Meeting', 'Chat'][1 + i.channel] || ': ' || ['offer', 'delivery', 'question', 'follow-up'][1 + i.subject]
        as Subject,
    i.happened_at::date as ActivityDate,
    case when i.happened_at <= now() then 'Completed' else 'Not Started' end as Status,
    'Normal' as Priority,
    case when i.lead_id is null then i.account_id end as AccountId,
    i.happened_at <= now() as IsClosed,
    false as IsArchived,
    case when i.channel in (1, 3) and i.happened_at <= now() then i.minutes * 60 end as CallDurationInSeconds,
    case when i.channel = 1 then case when i.is_inbound then 'Inbound' else 'Outbound' end end as CallType,
    false as IsRecurrence,
    ['Email', 'Call', 'Event', 'Chat'][1 + i.channel] as TaskSubtype,
    case when i.happened_at <= now() then i.happened_at end as CompletedDateTime,
    'EUR' as currency,
    i.created_at,
    past(i.happened_at, i.created_at) as modified_at,
    r.customer as user,
from interactions as i
inner join records as r on i.record = r.record
where i.task_id is not null and i.created_at <= now() and i.purged_at > now()
