{%- set marts = {
    'bridge_customer_sources': 'entity', 'fct_opportunities': "'opportunities'", 'fct_orders': "'orders'",
    'fct_order_lines': "'order_lines'", 'fct_interactions': "'interactions'", 'dim_products': "'products'",
    'fct_cases': "'cases'", 'dim_campaigns': "'campaigns'", 'fct_campaign_touches': "'campaign_members'",
    'fct_subscriptions': "'subscriptions'", 'fct_quotas': "'quotas'", 'fct_stock_levels': "'stock_levels'",
    'dim_users': "'users'",
} -%}
{#- core holds products by code, so their records are counted where they get it #}
{%- set relations = {'dim_products': 'int_products__resolved'} -%}
{%- set others = ['contact_points', 'opportunity_lines', 'opportunity_stage_changes', 'exchange_rates',
    'consents'] -%}
with

counted as (
    select * from {{ ref('int_records__counted') }}
),

outcomes as (
    {% for mart, entity in marts.items() %}
    select
        source_system,
        source_instance,
        {{ entity }} as entity,
        '{{ mart }}' as mart_name,
        sum(case when not is_deleted then 1 else 0 end) as living_count,
        sum(case when is_deleted and coalesce(delete_reason, '') <> 'merged' then 1 else 0 end) as deleted_count,
        sum(case when is_deleted and delete_reason = 'merged' then 1 else 0 end) as merged_count,
        0 as filtered_count
    from {{ ref(relations.get(mart, mart)) }}
    group by source_system, source_instance{{ ', entity' if entity == 'entity' }}
    union all
    {% endfor %}
    {% for entity in others %}
    select source_system, source_instance, '{{ entity }}', cast(null as varchar), 0, 0, 0, count(*)
    from {{ ref('int_' ~ entity ~ '__unioned') }}
    group by source_system, source_instance
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select
        counted.source_system,
        counted.source_instance,
        counted.entity,
        outcomes.mart_name,
        cast(counted.read_count as bigint) as read_count,
        cast(counted.logged_count as bigint) as logged_count,
        cast(coalesce(outcomes.living_count, 0) as bigint) as living_count,
        cast(coalesce(outcomes.deleted_count, 0) as bigint) as deleted_count,
        cast(coalesce(outcomes.merged_count, 0) as bigint) as merged_count,
        cast(coalesce(outcomes.filtered_count, 0) as bigint) as filtered_count,
        case when outcomes.filtered_count > 0 then 'no mart holds this entity' end as filter_reason,
        cast(counted.quarantined_count as bigint) as quarantined_count,
        cast(
            counted.logged_count - coalesce(
                outcomes.living_count + outcomes.deleted_count + outcomes.merged_count + outcomes.filtered_count, 0
            ) as bigint
        ) as unaccounted_count
    from counted
    left join outcomes
        on
            counted.source_system = outcomes.source_system
            and counted.source_instance = outcomes.source_instance
            and counted.entity = outcomes.entity
)

select * from final
