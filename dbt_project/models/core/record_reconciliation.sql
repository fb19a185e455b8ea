{%- set marts = {
    'bridge_customer_sources': 'entity', 'fct_opportunities': "'opportunities'", 'fct_orders': "'orders'",
    'fct_order_lines': "'order_lines'", 'fct_interactions': "'interactions'", 'dim_products': "'products'",
    'fct_cases': "'cases'", 'dim_campaigns': "'campaigns'", 'fct_campaign_touches': "'campaign_members'",
    'fct_subscriptions': "'subscriptions'", 'fct_quotas': "'quotas'", 'fct_stock_levels': "'stock_levels'",
    'dim_users': "'users'",
} -%}
{#- core holds products by code, so their records are counted where they get it #}
{%- set relations = {'dim_products': 'int_products__resolved'} -%}
{#- what is published in another form than record by record, or not at all #}
{%- set others = {
    'contact_points': 'the values of customers are made of them',
    'opportunity_stage_changes': 'the visits in fct_opportunity_stages are made of them',
    'exchange_rates': 'amounts are converted with them',
    'opportunity_lines': 'no published table holds them',
    'consents': 'no published table holds them',
} -%}
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
        0 as filtered_count,
        cast(null as varchar) as filter_reason
    from {{ ref(relations.get(mart, mart)) }}
    group by source_system, source_instance{{ ', entity' if entity == 'entity' }}
    union all
    {% endfor %}
    {% for entity, reason in others.items() %}
    select source_system, source_instance, '{{ entity }}', cast(null as varchar), 0, 0, 0, count(*), '{{ reason }}'
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
        outcomes.filter_reason,
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
