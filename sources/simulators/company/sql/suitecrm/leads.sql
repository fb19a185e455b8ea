select
    guid_of(l.Id) as id, l.CreatedDate as date_entered, l.SystemModstamp as date_modified, l.IsDeleted::int as deleted,
    guid_of(l.OwnerId) as assigned_user_id, l.FirstName as first_name, l.LastName as last_name, l.Title as title, l.Phone as phone_work,
    l.Street as primary_address_street, l.City as primary_address_city, l.PostalCode as primary_address_postalcode,
    l.Country as primary_address_country, l.LeadSource as lead_source, l.IsConverted::int as converted,
    case when l.IsConverted then 'Converted' when l.Status like 'Working%' then 'In Process' else 'New' end as status,
    nullif(l.Company, '[not provided]') as account_name, guid_of(l.ConvertedContactId) as contact_id, guid_of(b.firm) as account_id,
from branch."Lead" as l
left join branch.buyers as b on l.ConvertedAccountId = b.AccountId
