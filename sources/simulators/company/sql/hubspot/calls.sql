select
    hub_id(id) as _id,
    created_at as _created_at,
    modified_at as _updated_at,
    false as _archived,
    subject as hs_call_title,
    upper(call_type) as hs_call_direction,
    case when is_done then 'COMPLETED' else 'SCHEDULED' end as hs_call_status,
    (minutes * 60000)::varchar as hs_call_duration,
    hub_time(coalesce(happened_at, planned_at)) as hs_timestamp,
    hub_id(owner) as hubspot_owner_id,
from branch.activities
where kind = 'call'
