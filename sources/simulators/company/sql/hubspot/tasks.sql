select
    hub_id(id) as _id,
    created_at as _created_at,
    modified_at as _updated_at,
    false as _archived,
    subject as hs_task_subject,
    case when is_done then 'COMPLETED' else 'NOT_STARTED' end as hs_task_status,
    'TODO' as hs_task_type,
    hub_time(planned_at) as hs_timestamp,
    hub_time(happened_at) as hs_task_completion_date,
    hub_id(owner) as hubspot_owner_id,
from branch.activities
where kind in ('chat', 'task')
