-- a person who was won is a contact from then on
select
    guid_of(l.Id) as leadid,
    l.FirstName as firstname,
    l.LastName as lastname,
    concat_ws(' ', l.FirstName, l.LastName) as fullname,
    nullif(l.Company, '[not provided]') as companyname,
    l.Title as jobtitle,
    l.Street as address1_line1,
    l.City as address1_city,
    l.PostalCode as address1_postalcode,
    l.Country as address1_country,
    l.Phone as telephone1,
    l.Email as emailaddress1,
    choice('lead', 'leadsourcecode', l.LeadSource) as leadsourcecode,
    case when l.IsConverted then 1 else 0 end as statecode,
    guid_of(b.firm) as parentaccountid,
    guid_of(l.ConvertedContactId) as parentcontactid,
    guid_of(l.OwnerId) as ownerid,
    'systemuser' as ownerid_type,
    false as merged,
    l.CreatedDate as createdon,
    l.SystemModstamp as modifiedon,
    epoch_us(l.SystemModstamp) as versionnumber,
from branch."Lead" as l
left join branch.buyers as b on l.ConvertedAccountId = b.AccountId
where not l.IsDeleted
