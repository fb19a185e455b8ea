select
    guid_of(k.Id) as incidentid,
    'CAS-' || k.CaseNumber as ticketnumber,
    k.Subject as title,
    guid_of(coalesce(b.firm, b.person, k.ContactId)) as customerid,
    case when b.firm is not null then 'account' else 'contact' end as customerid_type,
    guid_of(k.ContactId) as primarycontactid,
    choice('incident', 'prioritycode', k.Priority) as prioritycode,
    choice('incident', 'casetypecode', k.Type) as casetypecode,
    choice('incident', 'caseorigincode', k.Origin) as caseorigincode,
    case when k.IsClosed then 1 else 0 end as statecode,
    guid_of(k.OwnerId) as ownerid,
    'systemuser' as ownerid_type,
    false as merged,
    k.CreatedDate as createdon,
    k.SystemModstamp as modifiedon,
    epoch_us(k.SystemModstamp) as versionnumber,
from branch."Case" as k
left join branch.buyers as b on k.AccountId = b.AccountId
where not k.IsDeleted
