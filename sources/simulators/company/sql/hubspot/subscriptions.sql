select
    hub_id(contract_id) as _id,
    starts_at as _created_at,
    modified_at as _updated_at,
    false as _archived,
    'Contract ' || (contract + 1) as hs_name,
    case when is_over then 'canceled' else 'active' end as hs_status,
    currency_code as hs_currency_code,
    'monthly' as hs_recurring_billing_frequency,
    money(monthly_cents)::varchar as hs_recurring_revenue,
    starts_at::date::varchar as hs_recurring_billing_start_date,
    case when is_over then ends_at::date::varchar end as hs_recurring_billing_end_date,
from branch.contracts
