{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='order_line_id') }}
-- order lines with every amount in the reporting currency, to the cent, at the rate of the order's day
with

lines as (
    select * from {{ ref('int_order_lines__priced') }}
),

rates as (
    select * from {{ ref('int_exchange_rates__applied') }}
),

rated as (
    select
        lines.*,
        rates.from_rate,
        rates.to_rate,
        cost_rates.from_rate as cost_from_rate,
        cost_rates.to_rate as cost_to_rate
    from lines
    left join rates
        on
            lines.currency_code = rates.currency_code
            and lines.order_date = rates.rate_date
    left join rates as cost_rates
        on
            lines.cost_currency_code = cost_rates.currency_code
            and lines.order_date = cost_rates.rate_date
),

-- the line, its order, its product and the rates: while none of them changes, neither does the row
changed as (
    select rated.*
    from rated
    {{ join_changed('rated', 'order_line_id', [
        'loaded_at', 'order_loaded_at', 'customer_id', 'is_counted', 'product_id', 'unit_cost_amount',
        'cost_currency_code', 'from_rate', 'to_rate', 'cost_from_rate', 'cost_to_rate',
    ]) }}
),

converted as (
    select
        *,
        {{ reporting_amount('line_amount', 'currency_code', 'changed') }} as line_reporting_amount,
        {{ reporting_amount('discount_amount', 'currency_code', 'changed') }} as discount_reporting_amount,
        {{ plan_amount('line_amount', 'currency_code') }} as line_plan_amount,
        case
            when cost_currency_code = '{{ var("reporting_currency") }}' then line_cost_amount
            else {{ convert_amount('line_cost_amount', 'cost_from_rate', 'cost_to_rate') }}
        end as line_cost_reporting_amount
    from changed
),

final as (
    select
        *,
        cast(line_reporting_amount - line_cost_reporting_amount as decimal(18, 2)) as line_margin_reporting_amount,
        line_amount is not null and line_reporting_amount is null as is_rate_missing
    from converted
)

select * from final
