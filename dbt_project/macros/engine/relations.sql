{# The tables and views of a schema. dbt-duckdb's own asks `information_schema.tables`, which makes DuckLake tell the size
   of each of its hundreds of tables, at every schema anew; the columns are at hand. #}
{% macro duckdb__list_relations_without_caching(schema_relation) -%}
    {%- call statement('list_relations_without_caching', fetch_result=true) -%}
        with
        views as (
            select view_name as name, schema_name as schema from duckdb_views()
            where
                lower(database_name) = '{{ schema_relation.database | lower }}'
                and lower(schema_name) = '{{ schema_relation.schema | lower }}'
        ),
        relations as (
            select distinct table_name as name, schema_name as schema from duckdb_columns()
            where
                lower(database_name) = '{{ schema_relation.database | lower }}'
                and lower(schema_name) = '{{ schema_relation.schema | lower }}'
        )
        select '{{ schema_relation.database }}' as database, name, schema, 'view' as type from views
        union all
        select '{{ schema_relation.database }}' as database, name, schema, 'table' as type from relations
        where name not in (select name from views)
    {%- endcall -%}
    {{ return(load_result('list_relations_without_caching').table) }}
{%- endmacro %}
