{# The records of every source type that supplies `entity`, in the columns of the calling model's contract. #}
{% macro union_sources(entity) -%}
{%- set columns = model.columns.keys() | join(',\n    ') -%}
{%- for source_system, entities in source_types().items() if entity in entities %}
select
    {{ columns }}
from {{ ref('stg_' ~ source_system ~ '__' ~ entity) }}
{% if not loop.last %}union all{% endif %}
{%- endfor %}
{%- endmacro %}
