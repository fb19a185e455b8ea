select
    guid_of(id) as id, subject as name, created_at as date_entered, modified_at as date_modified, 0 as deleted, guid_of(owner) as assigned_user_id,
    coalesce(happened_at, planned_at) as date_sent_received, case when is_done then 'out' else 'draft' end as type,
    case when is_done then 'sent' else 'draft' end as status,
    case when contact is not null then 'Contacts' when lead is not null then 'Leads' when firm is not null then 'Accounts' end as parent_type,
    guid_of(coalesce(contact, lead, firm)) as parent_id,
from branch.activities
where kind = 'email'
