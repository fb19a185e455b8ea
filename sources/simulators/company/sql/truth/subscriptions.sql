-- one row per contract signed by the day; its end is known even where it lies ahead
select
    'V' || lpad((c.contract + 1)::varchar, 7, '0') as source_record_id,
    'T' || lpad(r.customer::varchar, 7, '0') as truth_customer_id,
    c.leaving_probability as monthly_churn_probability,
    c.starts_at::date as start_date,
    real_moment(c.ends_at)::date as cancelled_date,
    money((
        select arg_max(a.monthly_cents, a.since_at) from contract_amounts as a
        where a.contract = c.contract and a.since_at <= now()
    )) as monthly_amount,
    u.code as currency_code,
from contracts as c
inner join records as r on c.record = r.record
inner join words_currency as u on c.currency = u.at
where c.starts_at <= now()
