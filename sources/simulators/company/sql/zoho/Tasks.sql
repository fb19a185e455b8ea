select
    zoho_id(id) as id,
    subject as Subject,
    case when is_done then 'Completed' else 'Not Started' end as Status,
    'Normal' as Priority,
    planned_at::date as Due_Date,
    happened_at as Closed_Time,
    zoho_id(contact) as Who_Id,
    zoho_id(coalesce(lead, firm)) as What_Id,
    zoho_id(owner) as Owner,
    created_at as Created_Time,
    modified_at as Modified_Time,
    true as _approved,
from branch.activities
where kind in ('email', 'chat', 'task')
