{{ config(materialized='table') }}
-- a record merged into one that was merged in turn belongs to the last survivor that the lake knows
with recursive

{% for entity in ['accounts', 'contacts', 'leads', 'opportunities'] %}
{{ entity }} as (
    select source_system, source_instance, source_record_id, merged_into_record_id
    from {{ ref('int_' ~ entity ~ '__unioned') }}
),

{% endfor %}
steps as (
    {% for entity in ['accounts', 'contacts', 'leads', 'opportunities'] %}
    select
        merged.source_system,
        merged.source_instance,
        '{{ entity }}' as entity,
        merged.source_record_id,
        merged.merged_into_record_id
    from {{ entity }} as merged
    inner join {{ entity }} as survivors
        on
            merged.source_system = survivors.source_system
            and merged.source_instance = survivors.source_instance
            and merged.merged_into_record_id = survivors.source_record_id
    where merged.merged_into_record_id <> merged.source_record_id
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

chains as (
    select
        source_system,
        source_instance,
        entity,
        source_record_id,
        merged_into_record_id as survivor_record_id,
        1 as merge_count
    from steps
    union all
    select
        chains.source_system,
        chains.source_instance,
        chains.entity,
        chains.source_record_id,
        steps.merged_into_record_id,
        chains.merge_count + 1
    from chains
    inner join steps
        on
            chains.source_system = steps.source_system
            and chains.source_instance = steps.source_instance
            and chains.entity = steps.entity
            and chains.survivor_record_id = steps.source_record_id
    -- a source that merges in a circle must not keep us here
    where chains.merge_count < 50
),

final as (
    select
        source_system,
        source_instance,
        entity,
        source_record_id,
        max_by(survivor_record_id, merge_count) as survivor_record_id,
        max(merge_count) as merge_count
    from chains
    group by source_system, source_instance, entity, source_record_id
)

select * from final
