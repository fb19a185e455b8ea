-- the last period of everything that has a history says what is so today
{% set histories = {
    'dim_customers_history': ('dim_customers', 'customer_id', [
        'customer_type', 'customer_name', 'email', 'phone', 'street', 'postal_code', 'city', 'state', 'country',
        'owner_user_id', 'is_deleted',
    ]),
    'dim_accounts_history': ('dim_accounts', 'account_id', [
        'account_name', 'is_person', 'industry', 'city', 'country', 'owner_user_id', 'is_deleted',
    ]),
    'dim_users_history': ('dim_users', 'user_id', ['user_name', 'manager_user_id', 'is_active', 'is_deleted']),
    'fct_opportunity_owners': ('fct_opportunities', 'opportunity_id', ['owner_user_id']),
} %}
{% for history, (present, key, columns) in histories.items() %}
select '{{ history }}' as history, present.{{ key }} as history_key
from {{ ref(present) }} as present
left join {{ ref(history) }} as latest
    on present.{{ key }} = latest.{{ key }} and latest.is_current
where
    latest.{{ key }} is null
    {%- for column in columns %}
    or (latest.{{ column }} is distinct from present.{{ column }})
    {%- endfor %}
{{ 'union all' if not loop.last }}
{% endfor %}
