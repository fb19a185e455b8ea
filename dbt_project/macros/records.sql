{# What every staging model says about a record: its latest state, its key, and whether it still lives. #}

{# Keeps the newest row of the change log per record; after the first build, of the rows that came since. #}
{% macro latest_records(source='_source', record='_record_id', loaded='_loaded_at') -%}
    {{ rows_since_last_build(source, loaded) }}
    qualify row_number() over (partition by {{ source }}, {{ record }} order by {{ loaded }} desc) = 1
{%- endmacro %}

{# The same of a change log in canonical columns. #}
{% macro latest_of(relation) -%}
with

logged as (
    select * from {{ relation }}
),

final as (
    select * from logged
    {{ latest_records('source_instance', 'source_record_id', 'loaded_at') }}
)

select * from final
{%- endmacro %}

{# A source's commits are in the order of _loaded_at; two sources may commit at once, so each has its own mark. #}
{% macro rows_since_last_build(source, loaded) -%}
    {%- if is_incremental() -%}
        {%- set marks = run_query('select source_instance, max(loaded_at) from ' ~ this ~ ' group by source_instance') -%}
        {%- if marks | length > 0 -%}
    where
        {{ source }} not in ({% for mark in marks %}'{{ mark[0] }}'{{ ', ' if not loop.last }}{% endfor %})
        {%- for mark in marks %}
        or ({{ source }} = '{{ mark[0] }}' and {{ loaded }} > cast('{{ mark[1] }}' as timestamp))
        {%- endfor %}
        {%- endif -%}
    {%- endif -%}
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
        _merged_into as merged_into_record_id,
        _loaded_at as loaded_at
{%- endmacro %}

{# A record's key as one text, e.g. salesforce|salesforce_emea|001…; `entity` tells apart tables that share ids. #}
{% macro record_id(entity=none, alias=none, record='source_record_id') -%}
    {%- set p = alias ~ '.' if alias else '' -%}
    {{ p }}source_system || '|' || {{ p }}source_instance || '|' || {% if entity %}{{ entity }} || '|' || {% endif %}{{ p }}{{ record }}
{%- endmacro %}

{# After the first build: drops the rows of `alias` for which every one of `inputs` is what this model's own row of that
   `key`, a column or several, was made of. An input keeps its name in the model. #}
{% macro join_changed(alias, key, inputs) -%}
    {%- if is_incremental() -%}
    {%- set keys = [key] if key is string else key %}
    left join {{ this }} as built
        on {% for each in keys %}{{ alias }}.{{ each }} = built.{{ each }}{{ ' and ' if not loop.last }}{% endfor %}
    where
        built.{{ keys[0] }} is null
        {%- for each in inputs %}
        or {{ alias }}.{{ each }} is distinct from built.{{ each }}
        {%- endfor %}
    {%- endif -%}
{%- endmacro %}
