{{ config(materialized='table') }}
-- every period in which a record was with one customer; a later night overrules what was written before of its days
with

assignments as (
    select
        *,
        coalesce(revision, 0) as written
    from {{ source('identity', 'assignments') }}
),

-- most records have been with one customer all along
changed as (
    select distinct source_system, source_instance, entity, source_record_id
    from assignments
    where not is_current
),

followed as (
    select
        assignments.*,
        min(least(assignments.assigned_at_as_of, coalesce(assignments.valid_to, assignments.assigned_at_as_of))) over (
            partition by
                assignments.source_system,
                assignments.source_instance,
                assignments.entity,
                assignments.source_record_id
            order by
                assignments.written,
                assignments.assigned_at_as_of,
                assignments.is_current,
                assignments.customer_id
            rows between 1 following and unbounded following
        ) as superseded_on
    from assignments
    inner join changed
        on
            assignments.source_system = changed.source_system
            and assignments.source_instance = changed.source_instance
            and assignments.entity = changed.entity
            and assignments.source_record_id = changed.source_record_id
),

-- the first release wrote down no end: such a period lasts until the next one
periods as (
    select
        source_system,
        source_instance,
        entity,
        source_record_id,
        customer_id,
        customer_type,
        assigned_at_as_of as valid_from,
        case
            when valid_to is null then coalesce(superseded_on, assigned_at_as_of)
            else least(valid_to, coalesce(superseded_on, valid_to))
        end as valid_to,
        is_current,
        written
    from followed
    where not is_current
    union all
    select
        source_system,
        source_instance,
        entity,
        source_record_id,
        customer_id,
        customer_type,
        assigned_at_as_of,
        cast(null as date),
        is_current,
        written
    from assignments
    where is_current
),

-- what was over on the day on which it began was never so at the end of a day
final as (
    select * from periods
    where valid_to is null or valid_from < valid_to
)

select * from final
