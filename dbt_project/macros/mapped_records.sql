{# The latest state of one entity of the mapped sources, whose lake views already speak the canonical columns. #}
{% macro mapped_records(entity) -%}
with

latest as (
    select * from {{ source('mapped', entity) }}
    {{ latest_records() }}
),

final as (
    select
        {{ record_keys('mapped') }},
        {{ all_columns_but(['_source', '_record_id', '_op', '_delete_reason', '_merged_into',
                            '_source_modified_at', '_loaded_at']) }},
        {{ record_state() }}
    from latest
)

select * from final
{%- endmacro %}
