with

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

lines as (
    select
        order_id,
        sum(quantity) as unit_count,
        sum(discount_reporting_amount) as discount_amount
    from {{ ref('fct_order_lines') }}
    where is_counted
    group by order_id
),

customers as (
    select * from {{ ref('dim_customers') }}
),

users as (
    select * from {{ ref('dim_users') }}
),

months as (
    select * from {{ ref('dim_dates') }}
    where date_day = month_start_date
),

described as (
    select
        orders.*,
        customers.customer_type,
        customers.country,
        coalesce(lines.unit_count, 0) as unit_count,
        case when orders.order_reporting_amount is not null then lines.discount_amount end as discount_amount,
        case
            when row_number() over (partition by orders.customer_id order by orders.order_date, orders.order_id) = 1
                then 'first_order'
            else 'repeat_order'
        end as sales_type,
        {{ dateadd('year', 1, 'orders.order_date') }} as next_year_date
    from orders
    inner join customers on orders.customer_id = customers.customer_id
    left join lines on orders.order_id = lines.order_id
),

-- an order stands in its own month, and in that of a year later as what is compared with
placed as (
    select
        cast({{ date_trunc('month', 'order_date') }} as date) as month_start_date,
        sales_type, customer_type, channel, country, owner_user_id,
        1 as order_count,
        unit_count,
        order_reporting_amount as revenue_amount,
        discount_amount,
        case when order_reporting_amount is not null then cost_reporting_amount end as product_cost_amount,
        case when order_reporting_amount is not null then margin_reporting_amount end as margin_amount,
        case when order_reporting_amount is not null then order_plan_amount end as plan_rate_revenue_amount,
        case when order_reporting_amount is not null then exchange_effect_amount end as exchange_effect_amount,
        case when order_reporting_amount is null then 1 else 0 end as quarantined_order_count,
        0 as prior_year_order_count,
        0 as prior_year_revenue_amount
    from described
    union all
    select
        cast({{ date_trunc('month', 'next_year_date') }} as date),
        sales_type, customer_type, channel, country, owner_user_id,
        0, 0, 0, 0, 0, 0, 0, 0, 0,
        1,
        order_reporting_amount
    from described
    where next_year_date <= {{ as_of() }}
),

summed as (
    select
        month_start_date,
        sales_type,
        customer_type,
        channel,
        country,
        owner_user_id,
        sum(order_count) as order_count,
        sum(unit_count) as unit_count,
        coalesce(sum(revenue_amount), 0) as revenue_amount,
        coalesce(sum(discount_amount), 0) as discount_amount,
        coalesce(sum(product_cost_amount), 0) as product_cost_amount,
        coalesce(sum(margin_amount), 0) as margin_amount,
        coalesce(sum(plan_rate_revenue_amount), 0) as plan_rate_revenue_amount,
        coalesce(sum(exchange_effect_amount), 0) as exchange_effect_amount,
        sum(quarantined_order_count) as quarantined_order_count,
        sum(prior_year_order_count) as prior_year_order_count,
        coalesce(sum(prior_year_revenue_amount), 0) as prior_year_revenue_amount
    from placed
    group by month_start_date, sales_type, customer_type, channel, country, owner_user_id
),

final as (
    select
        {{ row_key([
            'summed.month_start_date', 'summed.sales_type', 'summed.customer_type', 'summed.channel', 'summed.country',
            'summed.owner_user_id',
        ]) }} as sales_performance_id,
        summed.month_start_date,
        months.fiscal_quarter_name,
        months.fiscal_year_name,
        summed.sales_type,
        summed.customer_type,
        summed.channel,
        summed.country,
        summed.owner_user_id,
        users.user_name as owner_name,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(summed.order_count as integer) as order_count,
        cast(summed.unit_count as decimal(18, 4)) as unit_count,
        cast(summed.revenue_amount as decimal(18, 2)) as revenue_amount,
        cast(summed.discount_amount as decimal(18, 2)) as discount_amount,
        cast(summed.product_cost_amount as decimal(18, 2)) as product_cost_amount,
        cast(summed.revenue_amount - summed.product_cost_amount - summed.margin_amount as decimal(18, 2))
            as uncosted_revenue_amount,
        cast(summed.margin_amount as decimal(18, 2)) as margin_amount,
        cast(summed.plan_rate_revenue_amount as decimal(18, 2)) as plan_rate_revenue_amount,
        cast(summed.exchange_effect_amount as decimal(18, 2)) as exchange_effect_amount,
        cast(summed.revenue_amount - summed.plan_rate_revenue_amount - summed.exchange_effect_amount as decimal(18, 2))
            as unplanned_revenue_amount,
        cast(summed.prior_year_order_count as integer) as prior_year_order_count,
        cast(summed.prior_year_revenue_amount as decimal(18, 2)) as prior_year_revenue_amount,
        cast(summed.revenue_amount - summed.prior_year_revenue_amount as decimal(18, 2)) as revenue_growth_amount,
        {{ rate_of('summed.revenue_amount - summed.prior_year_revenue_amount', 'summed.prior_year_revenue_amount') }}
            as revenue_growth_rate,
        cast(summed.quarantined_order_count as integer) as quarantined_order_count
    from summed
    left join months on summed.month_start_date = months.date_day
    left join users on summed.owner_user_id = users.user_id
)

select * from final
