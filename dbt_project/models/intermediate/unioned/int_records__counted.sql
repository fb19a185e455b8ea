{{ config(materialized='view') }}
with

logged as (
    select * from {{ ref('int_records__logged') }}
),

set_aside as (
    select * from {{ ref('int_records__quarantined') }}
),

quarantined as (
    select source_system, source_instance, entity, sum(quarantined_count) as quarantined_count
    from set_aside
    group by source_system, source_instance, entity
),

final as (
    select
        coalesce(logged.source_system, quarantined.source_system) as source_system,
        coalesce(logged.source_instance, quarantined.source_instance) as source_instance,
        coalesce(logged.entity, quarantined.entity) as entity,
        coalesce(logged.logged_count, 0) as logged_count,
        coalesce(quarantined.quarantined_count, 0) as quarantined_count,
        coalesce(logged.logged_count, 0) + coalesce(quarantined.quarantined_count, 0) as read_count
    from logged
    full outer join quarantined
        on
            logged.source_system = quarantined.source_system
            and logged.source_instance = quarantined.source_instance
            and logged.entity = quarantined.entity
)

select * from final
