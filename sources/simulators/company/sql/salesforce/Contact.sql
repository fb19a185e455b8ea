select
    r.contact_id as Id,
    case when r.ended_at <= now() then r.survivor_contact_id end as MasterRecordId,
    as_at(now(), c.job_changed_at, r.parent_account_id, r.next_parent_account_id) as AccountId,
    coalesce(f.last_name, '-') as LastName,
    f.first_name as FirstName,
    case when c.is_female then 'Ms.' else 'Mr.' end as Salutation,
    concat_ws(' ', f.first_name, f.last_name) as Name,
    f.street as MailingStreet,
    f.city as MailingCity,
    f.postal_code as MailingPostalCode,
    case when f.street is not null then f.country end as MailingCountry,
    case when c.customer % 3 > 0 then f.phone end as Phone,
    case when c.customer % 3 = 0 then f.phone end as MobilePhone,
    f.email as Email,
    t.name as Title,
    c.source_name as LeadSource,
    case when c.customer % 4 > 0 then date '1970-01-01' + c.born::int end as Birthdate,
    c.customer % 11 = 0 as HasOptedOutOfEmail,
    c.customer % 29 = 0 as DoNotCall,
    c.currency,
    r.created_at,
    greatest(f.modified_at, case when c.job_changed_at > r.created_at then past(c.job_changed_at, r.created_at) else r.created_at end)
        as modified_at,
    f.is_deleted,
    c.customer as user,
from faces as f
inner join records as r on f.record = r.record
inner join customers as c on r.customer = c.customer
left join words_title as t on c.kind = 2 and c.customer % 8 = t.at
where r.is_contact
