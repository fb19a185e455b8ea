select
    guid_of(id) as id, subject as name, created_at as date_entered, modified_at as date_modified, 0 as deleted, guid_of(owner) as assigned_user_id,
    case when is_done then 'Completed' else 'Not Started' end as status, planned_at as date_due, 'Medium' as priority, guid_of(contact) as contact_id,
    case when lead is not null then 'Leads' when firm is not null then 'Accounts' end as parent_type, guid_of(coalesce(lead, firm)) as parent_id,
from branch.activities
where kind in ('chat', 'task')
