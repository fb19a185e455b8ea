select
    hub_id(id) as _id,
    created_at as _created_at,
    modified_at as _updated_at,
    false as _archived,
    subject as hs_meeting_title,
    case when is_done then 'COMPLETED' else 'SCHEDULED' end as hs_meeting_outcome,
    hub_time(planned_at) as hs_timestamp,
    hub_time(planned_at) as hs_meeting_start_time,
    hub_time(planned_at + to_minutes(minutes)) as hs_meeting_end_time,
    hub_id(owner) as hubspot_owner_id,
from branch.activities
where kind = 'event'
