-- order lines with every amount in the reporting currency, to the cent, at the rate of the order's day
with

lines as (
    select * from {{ ref('int_order_lines__priced') }}
),

rates as (
    select * from {{ ref('int_exchange_rates__applied') }}
),

converted as (
    select
        lines.*,
        case
            when lines.currency_code = '{{ var("reporting_currency") }}' then lines.line_amount
            else {{ convert_amount('lines.line_amount', 'rates.from_rate', 'rates.to_rate') }}
        end as line_reporting_amount,
        case
            when lines.cost_currency_code = '{{ var("reporting_currency") }}' then lines.line_cost_amount
            else {{ convert_amount('lines.line_cost_amount', 'cost_rates.from_rate', 'cost_rates.to_rate') }}
        end as line_cost_reporting_amount
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

final as (
    select
        *,
        cast(line_reporting_amount - line_cost_reporting_amount as decimal(18, 2)) as line_margin_reporting_amount,
        line_amount is not null and line_reporting_amount is null as is_rate_missing
    from converted
)

select * from final
