{# A view that is there stays: like what an incremental model has built, it is made anew only with --full-refresh, or
   when the day is written into it. #}
{% materialization view, adapter='duckdb' -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and existing.is_view and not should_full_refresh() and var('as_of') not in sql -%}
        {% do store_raw_result('main', message='KEPT', code='KEPT', rows_affected=-1) %}
        {{ return({'relations': [existing]}) }}
    {%- endif -%}
    {{ return(dbt.materialization_view_default()) }}
{%- endmaterialization %}
