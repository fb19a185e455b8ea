select
    guid_of(k.Id) as id, k.Subject as name, k.CreatedDate as date_entered, k.SystemModstamp as date_modified, k.IsDeleted::int as deleted,
    guid_of(k.OwnerId) as assigned_user_id, k.CaseNumber::int as case_number, k.Type as type,
    case when k.IsClosed then 'Closed_Closed' when k.Status = 'Working' then 'Open_Assigned' else 'Open_New' end as status,
    case k.Priority when 'High' then 'P1' when 'Medium' then 'P2' else 'P3' end as priority, guid_of(b.firm) as account_id,
    case when k.IsClosed then 'Closed' else 'Open' end as state,
from branch."Case" as k
left join branch.buyers as b on k.AccountId = b.AccountId
