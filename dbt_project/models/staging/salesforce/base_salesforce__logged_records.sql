{{ config(materialized='view') }}
{%- set objects = {
    'account': 'accounts', 'contact': 'contacts', 'lead': 'leads', 'opportunity': 'opportunities',
    'opportunity_line_item': 'opportunity_lines', 'opportunity_history': 'opportunity_stage_changes',
    'product2': 'products', 'order': 'orders', 'order_item': 'order_lines', 'task': 'interactions',
    'event': 'interactions', 'case': 'cases', 'campaign': 'campaigns', 'campaign_member': 'campaign_members',
    'user': 'users', 'currency_type': 'exchange_rates', 'dated_conversion_rate': 'exchange_rates',
} -%}
-- counted straight from the change logs, so that nothing between the lake and the marts can hide a record
with

counted as (
    {% for object, entity in objects.items() %}
    select '{{ entity }}' as entity, _source, count(distinct _record_id) as logged_count
    from {{ source('salesforce', object) }}
    group by _source
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select
        'salesforce' as source_system,
        _source as source_instance,
        entity,
        sum(logged_count) as logged_count
    from counted
    group by _source, entity
)

select * from final
