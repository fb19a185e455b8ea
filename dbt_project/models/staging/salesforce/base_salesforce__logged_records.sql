{{ config(materialized='view') }}
-- counted straight from the change logs, so that nothing between the lake and the marts can hide a record
with

counted as (
    {% for object, entity in salesforce_entities().items() %}
    select '{{ entity }}' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('salesforce', object) }}
    group by _source
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select
        'salesforce' as source_system,
        _source as source_instance,
        entity,
        sum(logged_count) as logged_count
    from counted
    group by _source, entity
)

select * from final
