-- what getDeleted knows: merges, deletions into the bin, and purged activities
select 'Account' as object, account_id as id, ended_at as deleted_date
from records where is_account and ended_at <= now()
union all
select 'Contact', contact_id, ended_at from records where is_contact and ended_at <= now()
union all
select 'Lead', lead_id, ended_at from records where is_lead and ended_at <= now()
union all
select 'Case', case_id, deleted_at from cases where deleted_at <= now()
union all
select 'Task', task_id, purged_at from interactions where task_id is not null and purged_at <= now()
