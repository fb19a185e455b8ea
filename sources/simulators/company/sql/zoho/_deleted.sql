-- a record that was merged away is in the list of deletes like any other
with gone as (
    select
        case object when 'Account' then 'Accounts' when 'Contact' then 'Contacts' when 'Lead' then 'Leads' when 'Case' then 'Cases' end as module,
        id, max(deleted_date) as deleted_at,
    from branch._deleted
    where object in ('Contact', 'Lead', 'Case') or id in (select Id from branch.firms)
    group by all
)

select module, zoho_id(id) as id, id as display_name, 'recycle' as type, deleted_at from gone
