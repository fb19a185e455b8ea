{{ config(materialized='table') }}
-- every period in which a record was with one customer; a later night overrules what was written before of its days
with

assignments as (
    select
        *,
        coalesce(revision, 0) as written
    from {{ source('identity', 'assignments') }}
),

followed as (
    select
        *,
        min(least(assigned_at_as_of, coalesce(valid_to, assigned_at_as_of))) over (
            partition by source_system, source_instance, entity, source_record_id
            order by written, assigned_at_as_of, is_current, customer_id
            rows between 1 following and unbounded following
        ) as superseded_on
    from assignments
),

-- the first release wrote down no end: such a period lasts until the next one
ended as (
    select
        source_system,
        source_instance,
        entity,
        source_record_id,
        customer_id,
        customer_type,
        assigned_at_as_of as valid_from,
        case
            when is_current then null
            when valid_to is null then coalesce(superseded_on, assigned_at_as_of)
            else least(valid_to, coalesce(superseded_on, valid_to))
        end as valid_to,
        is_current,
        written
    from followed
),

-- what was over on the day on which it began was never so at the end of a day
final as (
    select * from ended
    where valid_to is null or valid_from < valid_to
)

select * from final
