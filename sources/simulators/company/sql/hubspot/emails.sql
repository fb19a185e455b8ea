select
    hub_id(id) as _id,
    created_at as _created_at,
    modified_at as _updated_at,
    false as _archived,
    subject as hs_email_subject,
    'EMAIL' as hs_email_direction,
    case when is_done then 'SENT' else 'SCHEDULED' end as hs_email_status,
    hub_time(coalesce(happened_at, planned_at)) as hs_timestamp,
    hub_id(owner) as hubspot_owner_id,
from branch.activities
where kind = 'email'
