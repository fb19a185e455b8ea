{# Records that a source keeps in several tables, one change log each: which of their states held together. #}

{# Every state of a change log with when it held, by the source's change time, else by when it was read: of the first
   since ever (`held_from_at` is NULL), of the latest until now (`held_until_at` is NULL). #}
{% macro states(relation) -%}
    select
        *,
        case
            when row_number() over (partition by _source, _record_id order by _loaded_at) > 1 then changed_at
        end as held_from_at,
        lead(changed_at) over (partition by _source, _record_id order by _loaded_at) as held_until_at
    from (
        select
            *,
            max(coalesce(_source_modified_at, _loaded_at)) over (
                partition by _source, _record_id order by _loaded_at rows between unbounded preceding and current row
            ) as changed_at
        from {{ relation }}
    ) as dated
{%- endmacro %}

{# Joins the CTE `other`, of states of another table of the same records, to `own`: the one state of it that held last
   while own's state held. Two tables are read one after the other, and a save between the two is in one of them only. #}
{% macro join_states(own, other) -%}
    left join {{ other }}
        on
            {{ own }}._source = {{ other }}._source
            and {{ own }}._record_id = {{ other }}._record_id
            and (
                {{ own }}.held_until_at is null
                or {{ other }}.held_from_at is null
                or {{ other }}.held_from_at < {{ own }}.held_until_at
            )
            and ({{ other }}.held_until_at is null or {{ other }}.held_until_at >= {{ own }}.held_until_at)
{%- endmacro %}

{# A time that says no zone in UTC: it is of the zone that crm_sources.yaml says for the source. #}
{% macro in_utc(time, source='_source') -%}
    {%- set zones = var('source_time_zones') -%}
    {%- if zones -%}
    case {{ source }}
            {%- for name in zones %}
            when '{{ name }}' then {{ zone_time_in_utc(time, zones[name]) }}
            {%- endfor %}
            else {{ time }}
        end
    {%- else -%}
    {{ time }}
    {%- endif -%}
{%- endmacro %}
