{{ config(materialized='view') }}
with

keyless as (
    select * from {{ ref('base_ingest__keyless_rows') }}
    where source_system = 'salesforce'
),

final as (
    select
        source_system,
        source_instance,
        case lower(source_object)
            {% for object, entity in salesforce_entities().items() %}
            when '{{ object | replace('_', '') }}' then '{{ entity }}'
            {% endfor %}
            else source_object
        end as entity,
        quarantined_count
    from keyless
)

select * from final
