{# What Odoo's versions and shared tables need: translated texts, values by company, tables that feed several entities. #}

{# The English text of a translated column, else that of its first language; a column that is no JSON, before version
   16, as it is. Names in languages are jsonb from then on, and PostgreSQL writes jsonb in one way. #}
{% macro odoo_translation(column) -%}
    nullif(case
            when {{ matches(column, '^\\{"[a-z]{2,3}(_[A-Za-z@]+)?": ') }}
                then coalesce({{ json_text(column, "'$.en_US'") }}, {{ first_json_text(column) }})
            when {{ column }} <> '{}' then {{ column }}
        end, '')
{%- endmacro %}

{# The value of a company in a company-dependent column, jsonb by company id from version 18 on, else the first one. #}
{% macro odoo_company_value(column, company) -%}
    coalesce({{ json_text(column, "'$.\"' || " ~ company ~ " || '\"'") }}, {{ first_json_text(column) }})
{%- endmacro %}

{# Whether a condition holds in this state of a record, or held in an earlier one. #}
{% macro odoo_ever(condition) -%}
    bool_or({{ condition }}) over (
            partition by _source, _record_id order by _loaded_at rows between unbounded preceding and current row
        )
{%- endmacro %}

{# record_state of an entity that shares its table with others: what is no longer one of it is deleted there. #}
{% macro odoo_record_state(is_one) -%}
    (_op = 'delete' or not {{ is_one }}) as is_deleted,
        case when _op = 'delete' or not {{ is_one }} then coalesce(_source_modified_at, _loaded_at) end as deleted_at,
        case when _op = 'delete' then _delete_reason when not {{ is_one }} then 'soft' end as delete_reason,
        _merged_into as merged_into_record_id,
        _loaded_at as loaded_at
{%- endmacro %}

{# What kind of interaction an activity of a type is. #}
{% macro odoo_activity_kind(category, name) -%}
    case
            when {{ category }} = 'phonecall' or lower({{ name }}) like '%call%' then 'call'
            when lower({{ name }}) like '%visit%' then 'visit'
            when {{ category }} = 'meeting' then 'meeting'
            when lower({{ name }}) like '%mail%' then 'email'
            else 'task'
        end
{%- endmacro %}
