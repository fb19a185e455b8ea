{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='order_id') }}
-- orders with the sum of their living lines; an order without any line keeps the total its source gives
with

orders as (
    select * from {{ ref('int_orders__owned') }}
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
        count(line_amount) as known_line_count,
        count(line_reporting_amount) as converted_line_count,
        count(line_cost_reporting_amount) as costed_line_count,
        count(line_plan_amount) as planned_line_count,
        min(coalesce(currency_code, '')) as first_currency_code,
        max(coalesce(currency_code, '')) as last_currency_code,
        sum(line_amount) as line_amount,
        sum(line_reporting_amount) as line_reporting_amount,
        sum(line_plan_amount) as line_plan_amount,
        sum(line_cost_reporting_amount) as line_cost_reporting_amount,
        sum(line_margin_reporting_amount) as line_margin_reporting_amount
    from lines
    group by order_id
),

headed as (
    select
        orders.*,
        {{ reporting_amount('orders.order_amount', 'orders.currency_code', 'rates') }} as header_reporting_amount,
        {{ plan_amount('orders.order_amount', 'orders.currency_code') }} as header_plan_amount
    from orders
    left join rates
        on
            orders.currency_code = rates.currency_code
            and orders.order_date = rates.rate_date
),

totalled as (
    select
        headed.*,
        cast(coalesce(totals.line_count, 0) as integer) as line_count,
        totals.order_id is null as is_amount_from_header,
        coalesce(
            headed.currency_code,
            case
                when totals.first_currency_code = totals.last_currency_code then nullif(totals.first_currency_code, '')
            end
        ) as total_currency_code,
        -- a part is not a total: one line of unknown amount, or of another currency, makes the whole order unknown
        cast(
            case
                when totals.order_id is null then headed.order_amount
                when
                    totals.known_line_count = totals.line_count
                    and totals.first_currency_code = coalesce(headed.currency_code, totals.last_currency_code)
                    and totals.last_currency_code = coalesce(headed.currency_code, totals.first_currency_code)
                    then totals.line_amount
            end as decimal(18, 2)
        ) as total_amount,
        cast(
            case
                when totals.order_id is null then headed.header_reporting_amount
                when totals.converted_line_count = totals.line_count then totals.line_reporting_amount
            end as decimal(18, 2)
        ) as total_reporting_amount,
        cast(
            case
                when totals.order_id is null then headed.header_plan_amount
                when totals.planned_line_count = totals.line_count then totals.line_plan_amount
            end as decimal(18, 2)
        ) as total_plan_amount,
        coalesce(totals.converted_line_count < totals.known_line_count, false)
        or (totals.order_id is null and headed.order_amount is not null and headed.header_reporting_amount is null)
            as is_rate_missing,
        cast(totals.line_cost_reporting_amount as decimal(18, 2)) as cost_reporting_amount,
        cast(totals.line_margin_reporting_amount as decimal(18, 2)) as margin_reporting_amount,
        cast(coalesce(totals.line_count - totals.costed_line_count, 0) as integer) as uncosted_line_count
    from headed
    left join totals on headed.order_id = totals.order_id
),

-- all that an order's row holds besides the order's own record
final as (
    select totalled.*
    from totalled
    {{ join_changed('totalled', 'order_id', [
        'loaded_at', 'customer_id', 'owner_user_id', 'survivor_account_record_id', 'survivor_contact_record_id', 'is_counted',
        'line_count', 'is_amount_from_header', 'total_currency_code', 'total_amount', 'total_reporting_amount',
        'total_plan_amount', 'is_rate_missing',
        'cost_reporting_amount', 'margin_reporting_amount', 'uncosted_line_count',
    ]) }}
)

select * from final
