select
    hub_id(Id) as _id,
    CreatedDate as _created_at,
    SystemModstamp as _updated_at,
    false as _archived,
    Name as name,
    replace(Website, 'https://www.', '') as domain,
    Website as website,
    Phone as phone,
    BillingStreet as address,
    BillingCity as city,
    BillingPostalCode as zip,
    BillingCountry as country,
    Industry as industry,
    NumberOfEmployees::varchar as numberofemployees,
    'customer' as lifecyclestage,
    hub_id(OwnerId) as hubspot_owner_id,
from branch.firms
where not IsDeleted
