-- a lead is a contact in an early stage of life; one that was won is the contact it became
with losers as (
    select MasterRecordId as winner, string_agg(hub_id(Id), ';' order by Id) as ids from branch.people where MasterRecordId is not null group by all
),

won as (
    select ConvertedContactId as contact, min(CreatedDate) as lead_since, min(ConvertedDate) as won_on
    from branch."Lead" where IsConverted group by all
)

select
    hub_id(c.Id) as _id,
    c.CreatedDate as _created_at,
    greatest(c.SystemModstamp, m.since) as _updated_at,
    false as _archived,
    c.FirstName as firstname,
    c.LastName as lastname,
    c.Email as email,
    c.Phone as phone,
    c.MobilePhone as mobilephone,
    c.Title as jobtitle,
    null as company,
    hub_id(c.AccountId) as associatedcompanyid,
    c.MailingStreet as address,
    c.MailingCity as city,
    c.MailingPostalCode as zip,
    c.MailingCountry as country,
    c.Birthdate::varchar as date_of_birth,
    hub_word(c.LeadSource) as hs_analytics_source,
    c.HasOptedOutOfEmail::varchar as hs_email_optout,
    'customer' as lifecyclestage,
    hub_time(w.lead_since) as hs_lifecyclestage_lead_date,
    hub_time(w.won_on::timestamp) as hs_lifecyclestage_customer_date,
    l.ids as hs_merged_object_ids,
    hub_id(c.OwnerId) as hubspot_owner_id,
from branch.people as c
left join won as w on c.Id = w.contact
left join losers as l on c.Id = l.winner
left join (select MasterRecordId, max(SystemModstamp) as since from branch.people where MasterRecordId is not null group by all) as m
    on c.Id = m.MasterRecordId
where not c.IsDeleted
union all
select
    hub_id(Id), CreatedDate, SystemModstamp, false, FirstName, LastName, Email, Phone, null, Title, nullif(Company, '[not provided]'),
    null, Street, City, PostalCode, Country, null, hub_word(LeadSource), 'false', 'lead', hub_time(CreatedDate), null, null, hub_id(OwnerId),
from branch."Lead"
where not IsDeleted and not IsConverted
