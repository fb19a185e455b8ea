select
    zoho_id(k.Id) as id,
    k.CaseNumber as Case_Number,
    k.Subject,
    k.Status,
    k.Priority,
    k.Origin as Case_Origin,
    k.Type,
    zoho_id(b.firm) as Account_Name,
    zoho_id(k.ContactId) as Related_To,
    zoho_id(k.OwnerId) as Owner,
    k.CreatedDate as Created_Time,
    k.SystemModstamp as Modified_Time,
    true as _approved,
from branch."Case" as k
left join branch.buyers as b on k.AccountId = b.AccountId
where not k.IsDeleted
