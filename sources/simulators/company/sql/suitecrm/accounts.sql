select
    guid_of(Id) as id, Name as name, CreatedDate as date_entered, SystemModstamp as date_modified, IsDeleted::int as deleted,
    guid_of(OwnerId) as assigned_user_id, 'Customer' as account_type, Industry as industry, NumberOfEmployees::varchar as employees,
    Phone as phone_office, Website as website, BillingStreet as billing_address_street, BillingCity as billing_address_city,
    BillingPostalCode as billing_address_postalcode, BillingCountry as billing_address_country,
from branch.firms
