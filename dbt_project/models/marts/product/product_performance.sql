with

orders as (
    select
        *,
        cast({{ date_trunc('month', 'order_date') }} as date) as month_start_date,
        is_counted and order_reporting_amount is not null as is_sold,
        coalesce(order_status = 'returned' and coalesce(returned_date, order_date) <= {{ as_of() }}, false)
            as is_returned,
        fulfilled_date is not null and fulfilled_date <= {{ as_of() }} as is_delivered
    from {{ ref('fct_orders') }}
    where customer_id is not null and not is_deleted and order_date <= {{ as_of() }}
),

lines as (
    select
        lines.*,
        orders.month_start_date,
        orders.is_sold,
        orders.is_returned,
        orders.is_delivered,
        orders.lead_time_days
    from {{ ref('fct_order_lines') }} as lines
    inner join orders on lines.order_id = orders.order_id
    where not lines.is_deleted and lines.product_id is not null
),

products as (
    select * from {{ ref('dim_products') }}
),

stock as (
    select * from {{ ref('int_products__stocked') }}
),

sold as (
    select
        product_id,
        month_start_date,
        count(distinct order_id) as order_count,
        count(*) as line_count,
        sum(quantity) as unit_count,
        sum(line_reporting_amount) as revenue_amount,
        coalesce(sum(discount_reporting_amount), 0) as discount_amount,
        coalesce(sum(line_cost_reporting_amount), 0) as product_cost_amount,
        coalesce(sum(line_margin_reporting_amount), 0) as margin_amount,
        count(*) - count(line_cost_reporting_amount) as uncosted_line_count
    from lines
    where is_sold
    group by product_id, month_start_date
),

returned as (
    select
        product_id,
        month_start_date,
        count(distinct order_id) as returned_order_count,
        sum(quantity) as returned_unit_count
    from lines
    where is_returned
    group by product_id, month_start_date
),

delivered_orders as (
    select distinct product_id, month_start_date, order_id, lead_time_days
    from lines
    where is_delivered
),

delivered as (
    select
        product_id,
        month_start_date,
        count(*) as delivered_order_count,
        avg(lead_time_days) as average_lead_time_days,
        sum(case when lead_time_days > {{ var('late_after_days') }} then 1 else 0 end) as late_order_count
    from delivered_orders
    group by product_id, month_start_date
),

product_months as (
    select product_id, month_start_date from sold
    union
    select product_id, month_start_date from returned
    union
    select product_id, month_start_date from delivered
    union
    select product_id, month_start_date from stock
),

final as (
    select
        product_months.product_id,
        product_months.month_start_date,
        products.product_name,
        products.product_family,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(coalesce(sold.order_count, 0) as integer) as product_order_count,
        cast(coalesce(sold.line_count, 0) as integer) as sold_line_count,
        cast(coalesce(sold.unit_count, 0) as decimal(18, 4)) as unit_count,
        cast(coalesce(sold.revenue_amount + sold.discount_amount, 0) as decimal(18, 2)) as gross_amount,
        cast(coalesce(sold.discount_amount, 0) as decimal(18, 2)) as discount_amount,
        cast(coalesce(sold.revenue_amount, 0) as decimal(18, 2)) as revenue_amount,
        cast(coalesce(sold.product_cost_amount, 0) as decimal(18, 2)) as product_cost_amount,
        cast(coalesce(sold.revenue_amount - sold.product_cost_amount - sold.margin_amount, 0) as decimal(18, 2))
            as uncosted_revenue_amount,
        cast(coalesce(sold.margin_amount, 0) as decimal(18, 2)) as margin_amount,
        {{ rate_of('sold.margin_amount', 'sold.product_cost_amount + sold.margin_amount') }} as margin_rate,
        cast(
            rank() over (
                partition by product_months.month_start_date order by coalesce(sold.revenue_amount, 0) desc
            ) as integer
        ) as revenue_rank,
        cast(coalesce(returned.returned_order_count, 0) as integer) as returned_order_count,
        cast(coalesce(returned.returned_unit_count, 0) as decimal(18, 4)) as returned_unit_count,
        {{ rate_of(
            'coalesce(returned.returned_unit_count, 0)',
            'coalesce(sold.unit_count, 0) + coalesce(returned.returned_unit_count, 0)'
        ) }} as return_rate,
        cast(coalesce(delivered.delivered_order_count, 0) as integer) as delivered_order_count,
        cast(delivered.average_lead_time_days as decimal(9, 2)) as average_lead_time_days,
        cast(coalesce(delivered.late_order_count, 0) as integer) as late_order_count,
        {{ rate_of('delivered.late_order_count', 'delivered.delivered_order_count') }} as late_rate,
        cast(coalesce(stock.stocked_day_count, 0) as integer) as stocked_day_count,
        cast(coalesce(stock.stock_out_day_count, 0) as integer) as stock_out_day_count,
        {{ rate_of('stock.stock_out_day_count', 'stock.stocked_day_count') }} as stock_out_rate,
        cast(coalesce(sold.uncosted_line_count, 0) as integer) as uncosted_line_count
    from product_months
    inner join products on product_months.product_id = products.product_id
    left join sold
        on product_months.product_id = sold.product_id and product_months.month_start_date = sold.month_start_date
    left join returned
        on
            product_months.product_id = returned.product_id
            and product_months.month_start_date = returned.month_start_date
    left join delivered
        on
            product_months.product_id = delivered.product_id
            and product_months.month_start_date = delivered.month_start_date
    left join stock
        on product_months.product_id = stock.product_id and product_months.month_start_date = stock.month_start_date
)

select * from final
