{#- variables of dbt_project.yml and seeds whose figures the marts speak of #}
{%- set variables = ['reporting_currency', 'reporting_time_zone', 'fiscal_year_start_month', 'plan_rates',
    'late_after_days', 'affinity_significance', 'lifecycle', 'profiles', 'win_back'] -%}
{%- set seeds = ['churn_risk_bands', 'lead_grades', 'loyalty_points', 'loyalty_tiers', 'promotion_windows',
    'rule_thresholds', 'service_costs', 'source_priorities', 'survivorship_rules'] -%}
with

settings as (
    {% for name in variables -%}
    {%- set value = var(name) -%}
    {%- for part, figure in (value.items() if value is mapping else [(none, value)]) %}
    select
        '{{ name }}{{ '.' ~ part if part }}' as setting_name,
        'variable' as setting_kind,
        '{{ figure }}' as setting_value
    union all
    {% endfor -%}
    {%- endfor -%}
    {% for seed in seeds %}
    select '{{ seed }}', 'seed', {{ row_as_json(seed) }}
    from {{ ref(seed) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (
    select
        setting_name,
        setting_kind,
        cast(setting_value as varchar) as setting_value
    from settings
)

select * from final
