with amount as (
    select contract, max(since_at) as since_at, arg_max(monthly_cents, since_at) as monthly_cents
    from contract_amounts where since_at <= now() group by contract
),

final as (
    select
        'V' || lpad((c.contract + 1)::varchar, 7, '0') as contract_no,
        'C' || lpad(r.legacy_number::varchar, 7, '0') as cust_no,
        'SKU-' || lpad(c.product::varchar, 4, '0') as sku,
        case when c.ends_at <= now() then 'K' else 'A' end as status,
        strftime(c.starts_at, '%Y-%m-%d') as begins,
        case when c.ends_at <= now() then strftime(c.ends_at, '%Y-%m-%d') end as ends,
        money_text(a.monthly_cents, '.') as monthly,
        u.code as currency,
        strftime(c.starts_at, '%Y-%m-%d %H:%M:%S') as created,
        strftime(greatest(a.since_at, past(c.ends_at, c.starts_at)), '%Y-%m-%d %H:%M:%S') as updated,
    from contracts as c
    inner join amount as a on c.contract = a.contract
    inner join records as r on c.record = r.record
    inner join words_currency as u on c.currency = u.at
    where c.starts_at <= now()
)

select * from final order by contract_no
