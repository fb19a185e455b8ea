-- a merged record stays, and a purged one is as gone as a deleted one
with gone as (
    select case object when 'Lead' then 'lead' when 'Case' then 'incident' when 'Task' then 'activitypointer' end as table_name, id, deleted_date,
    from branch._deleted
    where object in ('Lead', 'Case', 'Task')
)

select table_name, guid_of(id) as id, epoch_us(max(deleted_date)) as version, max(deleted_date) as deleted_at from gone group by all
