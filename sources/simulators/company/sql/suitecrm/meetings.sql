select
    guid_of(id) as id, subject as name, created_at as date_entered, modified_at as date_modified, 0 as deleted, guid_of(owner) as assigned_user_id,
    case when is_done then 'Held' else 'Planned' end as status, coalesce(happened_at, planned_at) as date_start, minutes // 60 as duration_hours,
    minutes % 60 as duration_minutes,
    case when contact is not null then 'Contacts' when lead is not null then 'Leads' when firm is not null then 'Accounts' end as parent_type,
    guid_of(coalesce(contact, lead, firm)) as parent_id,
from branch.activities
where kind = 'event'
