with

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null and order_reporting_amount is not null
),

lines as (
    select lines.*, {{ dateadd('year', 1, 'orders.order_date') }} as next_year_date
    from {{ ref('fct_order_lines') }} as lines
    inner join orders on lines.order_id = orders.order_id
    where lines.is_counted and lines.product_id is not null
),

products as (
    select * from {{ ref('dim_products') }}
),

-- a line stands in its own month, and in that of a year later as what is compared with
placed as (
    select
        product_id,
        cast({{ date_trunc('month', 'order_date') }} as date) as month_start_date,
        quantity as unit_count,
        line_reporting_amount as revenue_amount,
        0 as prior_year_unit_count,
        0 as prior_year_revenue_amount
    from lines
    union all
    select
        product_id,
        cast({{ date_trunc('month', 'next_year_date') }} as date),
        0,
        0,
        quantity,
        line_reporting_amount
    from lines
    where next_year_date <= {{ as_of() }}
),

summed as (
    select
        product_id,
        month_start_date,
        sum(unit_count) as unit_count,
        sum(revenue_amount) as revenue_amount,
        sum(prior_year_unit_count) as prior_year_unit_count,
        sum(prior_year_revenue_amount) as prior_year_revenue_amount
    from placed
    group by product_id, month_start_date
),

-- what the units of this year would have brought at the price of the year before
priced as (
    select
        *,
        unit_count > 0 and prior_year_unit_count > 0 as is_in_both,
        case
            when unit_count > 0 and prior_year_unit_count > 0
                then {{ amount_of_cents(divide_half_up(
                    wide_integer('prior_year_revenue_amount * 100') ~ ' * ' ~ wide_integer('unit_count * 10000'),
                    wide_integer('prior_year_unit_count * 10000')
                )) }}
        end as revenue_at_prior_price
    from summed
),

final as (
    select
        priced.product_id,
        priced.month_start_date,
        products.product_name,
        products.product_family,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(priced.unit_count as decimal(18, 4)) as unit_count,
        cast(priced.prior_year_unit_count as decimal(18, 4)) as prior_year_unit_count,
        cast(priced.revenue_amount as decimal(18, 2)) as revenue_amount,
        cast(priced.prior_year_revenue_amount as decimal(18, 2)) as prior_year_revenue_amount,
        cast(priced.revenue_amount - priced.prior_year_revenue_amount as decimal(18, 2)) as revenue_growth_amount,
        cast(
            case when priced.is_in_both then priced.revenue_amount - priced.revenue_at_prior_price else 0 end
            as decimal(18, 2)
        ) as price_effect_amount,
        cast(
            case when priced.is_in_both then priced.revenue_at_prior_price - priced.prior_year_revenue_amount else 0 end
            as decimal(18, 2)
        ) as quantity_effect_amount,
        cast(case when not priced.is_in_both then priced.revenue_amount else 0 end as decimal(18, 2))
            as new_sales_effect_amount,
        cast(case when not priced.is_in_both then -priced.prior_year_revenue_amount else 0 end as decimal(18, 2))
            as ended_sales_effect_amount
    from priced
    inner join products on priced.product_id = products.product_id
)

select * from final
