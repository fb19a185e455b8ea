-- orders with the sum of their living lines; an order without any line keeps the total its source gives
with

orders as (
    select * from {{ ref('int_orders__assigned') }}
),

lines as (
    select * from {{ ref('int_order_lines__converted') }}
    where not is_deleted
),

rates as (
    select * from {{ ref('int_exchange_rates__applied') }}
),

totals as (
    select
        order_id,
        count(*) as line_count,
        count(line_reporting_amount) as converted_line_count,
        count(line_cost_reporting_amount) as costed_line_count,
        sum(line_amount) as line_amount,
        sum(line_reporting_amount) as line_reporting_amount,
        sum(line_cost_reporting_amount) as line_cost_reporting_amount,
        sum(line_margin_reporting_amount) as line_margin_reporting_amount
    from lines
    group by order_id
),

headed as (
    select
        orders.*,
        case
            when orders.currency_code = '{{ var("reporting_currency") }}' then orders.order_amount
            else {{ convert_amount('orders.order_amount', 'rates.from_rate', 'rates.to_rate') }}
        end as header_reporting_amount
    from orders
    left join rates
        on
            orders.currency_code = rates.currency_code
            and orders.order_date = rates.rate_date
),

final as (
    select
        headed.*,
        cast(coalesce(totals.line_count, 0) as integer) as line_count,
        totals.order_id is null as is_amount_from_header,
        cast(
            case when totals.order_id is null then headed.order_amount else totals.line_amount end as decimal(18, 2)
        ) as total_amount,
        -- one line that cannot be converted makes the whole order unknown: a part is not a total
        cast(
            case
                when totals.order_id is null then headed.header_reporting_amount
                when totals.converted_line_count = totals.line_count then totals.line_reporting_amount
            end as decimal(18, 2)
        ) as total_reporting_amount,
        cast(totals.line_cost_reporting_amount as decimal(18, 2)) as cost_reporting_amount,
        cast(totals.line_margin_reporting_amount as decimal(18, 2)) as margin_reporting_amount,
        cast(coalesce(totals.line_count - totals.costed_line_count, 0) as integer) as uncosted_line_count
    from headed
    left join totals on headed.order_id = totals.order_id
)

select * from final
