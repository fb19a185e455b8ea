-- one row per lead created by the day: how likely it truly was to convert, and whether it does, even where that lies
-- ahead; a lead that is deleted one day never converts
select
    coalesce(b.branch, 'salesforce') as source_instance,
    record_in(b.branch, r.lead_id) as source_record_id,
    'T' || lpad(r.customer::varchar, 7, '0') as truth_customer_id,
    r.created_at,
    l.probability as true_probability,
    l.early_calls as early_call_count,
    real_moment(l.converts_at) is not null as is_converted,
    real_moment(l.converts_at)::date as converted_date,
    real_moment(r.ended_at) is not null as is_deleted,
from leads as l
inner join records as r on l.record = r.record
left join branch_customers as b on r.customer = b.customer
where r.created_at <= now()
