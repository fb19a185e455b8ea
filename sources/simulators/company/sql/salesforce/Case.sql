select
    k.case_id as Id,
    lpad(k.number::varchar, 8, '0') as CaseNumber,
    k.contact_id as ContactId,
    k.account_id as AccountId,
    ['Problem', 'Question', 'Complaint'][1 + k.type] as Type,
    case when k.closed_at <= now() then 'Closed' when k.worked_at <= now() then 'Working' else 'New' end as Status,
    ['Phone', 'Email', 'Web', 'Chat'][1 + k.origin] as Origin,
    case when k.deleted_at < timestamp '2199-01-01' then 'Win a prize now' else ['Late delivery', 'Invoice', 'Broken part'][1 + k.type] end
        as Subject,
    ['Low', 'Medium', 'High'][1 + k.priority] as Priority,
    k.closed_at <= now() as IsClosed,
    case when k.closed_at <= now() then k.closed_at end as ClosedDate,
    k.priority = 2 and k.number % 5 = 0 as IsEscalated,
    'EUR' as currency,
    k.opened_at as created_at,
    greatest(past(k.worked_at, k.opened_at), past(k.closed_at, k.opened_at), past(k.deleted_at, k.opened_at)) as modified_at,
    k.deleted_at <= now() as is_deleted,
    r.customer as user,
from cases as k
inner join records as r on k.record = r.record
where k.opened_at <= now()
