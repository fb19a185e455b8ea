{# Histories: what the change logs say about the past. #}

{# Every state of an entity's records, all source types together, with both axes of time. `valid_from_at` is when the
   source made the change; nothing can have been changed after it was read, and what was read last holds last, whatever
   the source's clock says. The first state known is taken to have held since the record was made. `known_from_at` is
   when it reached the lake. `valid_to_at` is exclusive and NULL for the latest state. #}
{% macro record_versions(entity) -%}
{%- set key = 'source_system, source_instance, source_record_id' -%}
{%- set logs = [] -%}
{%- for source_system, entities in source_types().items() if entity in entities -%}
    {%- do logs.append(ref('base_' ~ source_system ~ '__' ~ entity ~ '_logged')) -%}
{%- endfor -%}
with

logged as (
    {{ union_by_name(logs) }}
),

ordered as (
    select
        *,
        row_number() over (partition by {{ key }} order by loaded_at) as version_number,
        max(least(coalesce(case when is_deleted then deleted_at end, modified_at, loaded_at), loaded_at)) over (
            partition by {{ key }} order by loaded_at rows between unbounded preceding and current row
        ) as changed_at
    from logged
),

final as (
    select
        *,
        case when version_number = 1 then least(coalesce(created_at, changed_at), changed_at) else changed_at end
            as valid_from_at,
        lead(changed_at) over (partition by {{ key }} order by version_number) as valid_to_at,
        loaded_at as known_from_at
    from ordered
)

select * from final
{%- endmacro %}

{# Periods in which none of `columns` changed, of a relation of versions with a start: the first of equal neighbours
   stays, also when what stood between them held for no time. #}
{% macro unchanged_periods(relation, key, columns, start='valid_from_at', stop='valid_to_at') -%}
    {%- set in_order = 'over (partition by ' ~ key ~ ' order by version_number)' -%}
    select
        {{ all_columns_but([stop, 'is_new', 'next_start'], 'told') }},
        lead({{ start }}) {{ in_order }} as {{ stop }}
    from (
        select
            {{ all_columns_but(['is_new', 'next_start'], 'lasting') }},
            {{ is_new_version(columns, in_order) }} as is_new,
            next_start
        from (
            select *, lead({{ start }}) {{ in_order }} as next_start
            from (select *, {{ is_new_version(columns, in_order) }} as is_new from {{ relation }}) as each_version
            where is_new
        ) as lasting
        where next_start is null or {{ start }} < next_start
    ) as told
    where is_new
{%- endmacro %}

{% macro is_new_version(columns, in_order) -%}
    (lag(version_number) {{ in_order }} is null
            {%- for column in columns %}
            or ({{ column }} is distinct from (lag({{ column }}) {{ in_order }}))
            {%- endfor %})
{%- endmacro %}

{# Who owned each record of an entity, and when. #}
{% macro owner_periods(entity) -%}
{%- set key = 'source_system, source_instance, source_record_id' -%}
with

versions as (
    select * from {{ ref('int_' ~ entity ~ '__versions') }}
),

users as (
    select * from {{ ref('int_users__unioned') }}
),

periods as (
    {{ unchanged_periods('versions', key, ['owner_user_record_id']) }}
),

final as (
    select
        periods.source_system,
        periods.source_instance,
        periods.source_record_id,
        periods.owner_user_record_id,
        {{ record_id(alias='users') }} as owner_user_id,
        periods.valid_from_at,
        periods.valid_to_at,
        periods.known_from_at,
        lag(periods.version_number) over (partition by {{ record_id(alias='periods') }} order by periods.version_number)
        is null as is_first_known
    from periods
    {{ join_user('periods', 'owner_user_record_id') }}
)

select * from final
{%- endmacro %}

{# Joins the CTE `owners`, of owner periods: who owned the record that `alias` names at the `moment`, or first that we
   know of where the moment is before all we know. #}
{% macro join_owner(alias, record, moment) -%}
    left join owners
        on
            {{ alias }}.source_system = owners.source_system
            and {{ alias }}.source_instance = owners.source_instance
            and {{ alias }}.{{ record }} = owners.source_record_id
            and (owners.valid_from_at <= {{ moment }} or owners.is_first_known)
            and (owners.valid_to_at > {{ moment }} or owners.valid_to_at is null)
{%- endmacro %}
