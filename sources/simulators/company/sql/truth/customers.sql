-- one row per person or organization the company has met
select
    'T' || lpad(customer::varchar, 7, '0') as truth_customer_id,
    ['person', 'organization', 'employee'][1 + kind] as customer_type,
    is_prospect,
    case when kind <> 1 then first_name end as first_name,
    case when kind <> 1 then as_at(now(), married_at, last_name1, last_name2) end as last_name,
    company_name,
    country,
    currency as currency_code,
    case when kind <> 1 then date '1970-01-01' + born::int end as birth_date,
    'T' || lpad(head::varchar, 7, '0') as household_id,
    source_name as acquisition_source,
    acquired_at,
    case when not is_prospect then rate end as purchase_rate_per_year,
    hazard as churn_hazard_per_year,
    real_moment(churned_at)::date as churn_date,
    real_moment(came_back_at)::date as came_back_date,
    0.2::double as come_back_probability,
    goods_return_rate,
    in_salesforce,
    in_legacy as in_legacy_crm,
    in_shop as in_order_export,
from customers
where least(
    acquired_at,
    coalesce((select min(r.created_at) from records as r where r.customer = customers.customer), acquired_at)
) <= now()
