select
    number_of(k.Id) as ticketid,
    'TT' || k.CaseNumber as ticket_no,
    k.Subject as title,
    coalesce(number_of(b.firm), 0) as parent_id,
    coalesce(number_of(k.ContactId), 0) as contact_id,
    k.Priority as priority,
    k.Type as category,
    case k.Status when 'New' then 'Open' when 'Working' then 'In Progress' else 'Closed' end as status,
from branch."Case" as k
left join branch.buyers as b on k.AccountId = b.AccountId
