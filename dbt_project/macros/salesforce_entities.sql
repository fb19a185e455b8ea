{# Table of Salesforce's change logs → canonical entity. #}
{% macro salesforce_entities() -%}
    {{ return({
        'account': 'accounts', 'contact': 'contacts', 'lead': 'leads', 'opportunity': 'opportunities',
        'opportunity_line_item': 'opportunity_lines', 'opportunity_history': 'opportunity_stage_changes',
        'product2': 'products', 'order': 'orders', 'order_item': 'order_lines', 'task': 'interactions',
        'event': 'interactions', 'case': 'cases', 'campaign': 'campaigns', 'campaign_member': 'campaign_members',
        'user': 'users', 'currency_type': 'exchange_rates', 'dated_conversion_rate': 'exchange_rates',
        'forecasting_quota': 'quotas',
    }) }}
{%- endmacro %}
