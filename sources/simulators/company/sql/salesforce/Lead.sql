select
    r.lead_id as Id,
    coalesce(f.last_name, '-') as LastName,
    f.first_name as FirstName,
    concat_ws(' ', f.first_name, f.last_name) as Name,
    coalesce(firm.company_name, '[not provided]') as Company,
    t.name as Title,
    f.street as Street,
    f.city as City,
    f.postal_code as PostalCode,
    case when f.street is not null then f.country end as Country,
    f.phone as Phone,
    case
        when r.lead_firm >= 0 and f.email is not null
            then c.first_slug || '.' || c.last_slug1 || (c.customer % 100) || '@' || firm.domain
        else f.email
    end as Email,
    c.source_name as LeadSource,
    case
        when r.converted_at <= now() then 'Closed - Converted'
        when c.customer % 3 = 0 then 'Working - Contacted'
        else 'Open - Not Contacted'
    end as Status,
    ['Hot', 'Warm', 'Cold'][1 + c.customer % 3] as Rating,
    r.converted_at <= now() as IsConverted,
    case when r.converted_at <= now() then r.converted_at::date end as ConvertedDate,
    case when r.converted_at <= now() then r.converted_account_id end as ConvertedAccountId,
    case when r.converted_at <= now() then r.converted_contact_id end as ConvertedContactId,
    c.currency,
    r.created_at,
    greatest(f.modified_at, past(r.converted_at, r.created_at)) as modified_at,
    f.is_deleted,
    c.customer as user,
from faces as f
inner join records as r on f.record = r.record
inner join customers as c on r.customer = c.customer
left join customers as firm on case when r.lead_firm >= 0 then r.lead_firm else c.employer end = firm.customer
left join words_title as t on (c.kind = 2 or r.lead_firm >= 0) and c.customer % 8 = t.at
where r.is_lead
