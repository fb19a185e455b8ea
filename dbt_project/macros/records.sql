{# What every staging model says about a record: its latest state, its key, and whether it still lives. #}

{# Keeps the newest row of the change log per record. #}
{% macro latest_records() -%}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
{%- endmacro %}

{# The key columns of a record. #}
{% macro record_keys(source_system) -%}
    '{{ source_system }}' as source_system,
        _source as source_instance,
        _record_id as source_record_id
{%- endmacro %}

{# The flags of a record: deleted and merged records stay, and say so. #}
{% macro record_state() -%}
    _op = 'delete' as is_deleted,
        case when _op = 'delete' then coalesce(_source_modified_at, _loaded_at) end as deleted_at,
        _delete_reason as delete_reason,
        _merged_into as merged_into_record_id
{%- endmacro %}

{# A record's key as one text, e.g. salesforce|salesforce_emea|001…; `entity` tells apart tables that share ids. #}
{% macro record_id(entity=none, alias=none, record='source_record_id') -%}
    {%- set p = alias ~ '.' if alias else '' -%}
    {{ p }}source_system || '|' || {{ p }}source_instance || '|' || {% if entity %}{{ entity }} || '|' || {% endif %}{{ p }}{{ record }}
{%- endmacro %}
