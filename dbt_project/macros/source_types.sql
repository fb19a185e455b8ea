{# The entities that each source type in use supplies, of `crm_sources` in dbt_project.yml: the types that are configured
   or in the lake. No other type has models. #}
{% macro source_types() -%}
{%- set all_types = var('crm_sources') -%}
{%- set used = env_var('CRM_SOURCE_TYPES', all_types | join(' ')).split() -%}
{%- set found = {} -%}
{%- for source_system, entities in all_types.items() if source_system in used -%}
    {%- do found.update({source_system: entities}) -%}
{%- endfor -%}
{{ return(found) }}
{%- endmacro %}
