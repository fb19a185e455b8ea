select
    'V' || lpad((c.contract + 1)::varchar, 7, '0') as contract_no,
    'C' || lpad(r.legacy_number::varchar, 7, '0') as cust_no,
    'SKU-' || lpad(c.product::varchar, 4, '0') as sku,
    case when c.is_over then 'K' else 'A' end as status,
    strftime(c.starts_at, '%Y-%m-%d') as begins,
    case when c.is_over then strftime(c.ends_at, '%Y-%m-%d') end as ends,
    money_text(c.monthly_cents, '.') as monthly,
    c.currency_code as currency,
    strftime(c.starts_at, '%Y-%m-%d %H:%M:%S') as created,
    strftime(c.modified_at, '%Y-%m-%d %H:%M:%S') as updated,
from contracts_now as c
inner join records as r on c.record = r.record
where c.contract not in (select contract from branch_contracts)
order by contract_no
