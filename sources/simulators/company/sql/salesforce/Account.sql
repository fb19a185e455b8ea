select
    r.account_id as Id,
    case when r.ended_at <= now() then r.survivor_account_id end as MasterRecordId,
    coalesce(f.company_name, concat_ws(' ', f.first_name, f.last_name)) as Name,
    'Customer' as Type,
    case when c.parent_since_at <= now() then r.owning_account_id end as ParentId,
    f.street as BillingStreet,
    f.city as BillingCity,
    f.postal_code as BillingPostalCode,
    case when f.street is not null then f.country end as BillingCountry,
    f.phone as Phone,
    case when c.kind = 1 then 'https://www.' || c.domain end as Website,
    case when c.kind = 1 then c.industry end as Industry,
    case when c.kind = 1 then 10 + (c.customer * 17) % 900 end as NumberOfEmployees,
    c.source_name as AccountSource,
    c.kind = 0 as IsPersonAccount,
    r.contact_id as PersonContactId,
    f.first_name as FirstName,
    f.last_name as LastName,
    case when c.kind = 0 then f.email end as PersonEmail,
    case when c.kind = 1 then 'Business' when c.rate > 1.5 then 'Premium' else 'Standard' end as Customer_Segment__c,
    c.currency,
    r.created_at,
    greatest(f.modified_at, past(c.reassigned_at, r.created_at), case when r.owning_account_id is not null then past(c.parent_since_at, r.created_at) else r.created_at end)
        as modified_at,
    f.is_deleted,
    c.customer as user,
    as_at(now(), c.reassigned_at, c.owner, c.next_owner) as owner,
from faces as f
inner join records as r on f.record = r.record
inner join customers as c on r.customer = c.customer
where r.is_account
