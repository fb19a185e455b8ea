{# How many records of each entity a source type's change logs hold and set aside, by the tables that `crm_sources` in
   dbt_project.yml names for the entity, `table where condition` for some of a table's records; an entity without a table
   is made of records that another one counts. #}

{# Counted straight from the change logs, so that nothing between the lake and the marts can hide a record. #}
{% macro logged_records(source_system) -%}
{%- set logs = [] -%}
{%- for entity, tables in var('crm_sources')[source_system].items() -%}
    {%- for table in tables %}{% do logs.append((entity, table)) %}{% endfor -%}
{%- endfor -%}
with

counted as (
    {%- for entity, table in logs %}
    {%- set name, _, condition = table.partition(' where ') %}
    select '{{ entity }}' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source(source_system, name) }}
    {{ 'where ' ~ condition if condition }}
    group by _source
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

final as (
    select
        '{{ source_system }}' as source_system,
        _source as source_instance,
        entity,
        sum(logged_count) as logged_count
    from counted
    group by _source, entity
)

select * from final
{%- endmacro %}

{# Rows that were set aside for want of a key. An object's own name is its table's, in other case and without `_`; one
   that feeds no entity, or was no record of any, is counted under its own name. #}
{% macro quarantined_records(source_system) -%}
with

keyless as (
    select * from {{ ref('base_ingest__keyless_rows') }}
    where source_system = '{{ source_system }}'
),

final as (
    select
        source_system,
        source_instance,
        case lower(replace(source_object, '_', ''))
            {%- for entity, tables in var('crm_sources')[source_system].items() %}
            {%- for table in tables %}
            when '{{ table.partition(' where ')[0] | replace('_', '') }}' then '{{ entity }}'
            {%- endfor %}
            {%- endfor %}
            else source_object
        end as entity,
        quarantined_count
    from keyless
)

select * from final
{%- endmacro %}
