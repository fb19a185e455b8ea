{# The mapped sources, whose lake views already speak the canonical columns. #}

{# Every state of one entity that the lake has seen. #}
{% macro mapped_log(entity) -%}
with

logged as (
    select * from {{ source('mapped', entity) }}
),

final as (
    {{ canonical_mapped('logged') }}
)

select * from final
{%- endmacro %}

{# The latest state of one entity. #}
{% macro mapped_records(entity) -%}
with

latest as (
    select * from {{ source('mapped', entity) }}
    {{ latest_records() }}
),

final as (
    {{ canonical_mapped('latest') }}
)

select * from final
{%- endmacro %}

{% macro canonical_mapped(relation) -%}
    select
        {{ record_keys('mapped') }},
        {{ all_columns_but(['_source', '_record_id', '_op', '_delete_reason', '_merged_into',
                            '_source_modified_at', '_loaded_at']) }},
        {{ record_state() }}
    from {{ relation }}
{%- endmacro %}
