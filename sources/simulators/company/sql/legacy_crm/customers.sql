select
    'C' || lpad(r.legacy_number::varchar, 7, '0') as cust_no,
    case when c.kind = 1 then 'C' else 'P' end as kind,
    coalesce(f.company_name, f.last_name || ', ' || f.first_name) as name,
    f.email,
    f.phone,
    case when c.kind <> 1 and c.customer % 3 > 0 then strftime(date '1970-01-01' + c.born::int, '%d.%m.%Y') end as birthdate,
    f.street,
    f.postal_code as zip,
    f.city,
    f.country,
    c.source_name as source,
    strftime(r.created_at, '%Y-%m-%d %H:%M:%S') as created,
    strftime(f.modified_at, '%Y-%m-%d %H:%M:%S') as updated,
    f.is_deleted::int as deleted,
    case when f.is_deleted and r.ending = 1 then 'C' || lpad(r.legacy_survivor::varchar, 7, '0') end as merged_into,
from faces as f
inner join records as r on f.record = r.record
inner join customers as c on r.customer = c.customer
where r.system = 1
