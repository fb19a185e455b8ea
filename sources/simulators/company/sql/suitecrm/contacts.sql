-- merging deletes the loser and names no survivor
select
    guid_of(Id) as id, CreatedDate as date_entered, SystemModstamp as date_modified, IsDeleted::int as deleted,
    guid_of(OwnerId) as assigned_user_id, Salutation as salutation, FirstName as first_name, LastName as last_name, Title as title,
    Phone as phone_work, MobilePhone as phone_mobile, DoNotCall::int as do_not_call, MailingStreet as primary_address_street,
    MailingCity as primary_address_city, MailingPostalCode as primary_address_postalcode, MailingCountry as primary_address_country,
    LeadSource as lead_source, Birthdate as birthdate,
from branch.people
