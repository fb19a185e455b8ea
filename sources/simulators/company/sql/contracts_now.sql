-- the contracts signed by now, and what each is about by now
select
    c.*,
    u.code as currency_code,
    r.customer,
    c.ends_at <= now() as is_over,
    max(a.since_at) as since_at,
    arg_max(a.monthly_cents, a.since_at) as monthly_cents,
    greatest(max(a.since_at), past(any_value(c.ends_at), any_value(c.starts_at))) as modified_at,
from contracts as c
inner join contract_amounts as a on c.contract = a.contract and a.since_at <= now()
inner join records as r on c.record = r.record
inner join words_currency as u on c.currency = u.at
where c.starts_at <= now()
group by all
