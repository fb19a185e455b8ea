-- and the lines of an order add up to it, at dated rates and at the plan's
{% set amounts = {
    'fct_orders': ('order_id', 'order_reporting_amount', 'order_plan_amount'),
    'fct_order_lines': ('order_line_id', 'line_reporting_amount', 'line_plan_amount'),
    'fct_opportunities': ('opportunity_id', 'opportunity_reporting_amount', 'opportunity_plan_amount'),
} %}
with

lines as (
    select
        order_id,
        sum(line_reporting_amount) as reporting_amount,
        sum(line_plan_amount) as plan_amount
    from {{ ref('fct_order_lines') }}
    where not is_deleted
    group by order_id
)

{% for fact, (key, reporting, plan) in amounts.items() %}
select '{{ fact }}' as fact, {{ key }} as fact_key
from {{ ref(fact) }}
where
    {{ plan }} + exchange_effect_amount <> {{ reporting }}
    or (exchange_effect_amount is null) <> ({{ plan }} is null or {{ reporting }} is null)
union all
{% endfor %}
select 'fct_orders', orders.order_id
from {{ ref('fct_orders') }} as orders
inner join lines on orders.order_id = lines.order_id
where
    orders.order_reporting_amount <> lines.reporting_amount
    or orders.order_plan_amount <> lines.plan_amount
