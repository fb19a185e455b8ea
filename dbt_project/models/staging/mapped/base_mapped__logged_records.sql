{{ config(materialized='view') }}
-- counted straight from the lake's views, so that nothing between the lake and the marts can hide a record
with

counted as (
    {% for entity in var('crm_sources')['mapped'] %}
    select '{{ entity }}' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('mapped', entity) }}
    group by _source
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select
        'mapped' as source_system,
        _source as source_instance,
        entity,
        logged_count
    from counted
)

select * from final
