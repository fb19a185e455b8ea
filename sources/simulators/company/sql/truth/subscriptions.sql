-- one row per contract signed by the day; its end is known even where it lies ahead
select
    coalesce(b.branch, 'legacy_crm') as source_instance,
    case when b.branch is null then 'V' || lpad((c.contract + 1)::varchar, 7, '0') else record_in(b.branch, c.contract_id) end
        as source_record_id,
    'T' || lpad(c.customer::varchar, 7, '0') as truth_customer_id,
    c.leaving_probability as monthly_churn_probability,
    c.starts_at::date as start_date,
    real_moment(c.ends_at)::date as cancelled_date,
    money(c.monthly_cents) as monthly_amount,
    c.currency_code,
from contracts_now as c
left join branch_contracts as b on c.contract = b.contract
