-- a merge unlinks the record that was merged away
select
    1 as id, 'Nordwind' as name, true as is_company, null as type, null as parent_id, 1 as commercial_partner_id, null as email,
    null as email_normalized, null as phone, null as mobile, null as website, null as "function", null as street, null as zip,
    null as city, null as country_id, null as industry_id, null as user_id, true as active, true as partner_share,
    '2015-01-05 08:00:00' as create_date, '2015-01-05 08:00:00' as write_date,
union all
select
    number_of(Id), Name, false, 'contact', null, number_of(Id), Email, lower(Email), null, null, null, null, null, null, null, null, null,
    null, IsActive, false, CreatedDate::varchar, SystemModstamp::varchar,
from branch."User"
union all
select
    number_of(Id), Name, true, 'contact', null, number_of(Id), null, null, Phone, null, Website, null, BillingStreet, BillingPostalCode,
    BillingCity, country_number(BillingCountry), industry_number(Industry), number_of(OwnerId), true, true,
    CreatedDate::varchar, SystemModstamp::varchar,
from branch.firms
where not IsDeleted
union all
select
    number_of(Id), Name, false, 'contact', number_of(AccountId), number_of(coalesce(AccountId, Id)), Email, lower(Email), Phone,
    MobilePhone, null, Title, MailingStreet, MailingPostalCode, MailingCity, country_number(MailingCountry), null, number_of(OwnerId), true,
    true, CreatedDate::varchar, SystemModstamp::varchar,
from branch.people
where not IsDeleted
