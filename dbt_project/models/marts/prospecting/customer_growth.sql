with

customers as (
    select * from {{ ref('dim_customers') }}
),

profiles as (
    select customer_id, value_level from {{ ref('customer_profiles') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

purchases as (
    select customer_id, min(purchase_date) as first_purchase_date
    from {{ ref('int_purchases__spaced') }}
    group by customer_id
),

months as (
    select
        month_start_date,
        max(date_day) = cast({{ dateadd('day', -1, dateadd('month', 1, 'month_start_date')) }} as date) as is_complete
    from {{ ref('dim_dates') }}
    where is_past
    group by month_start_date
),

segments as (
    {%- for kind, segment in {
        'all': "'all'", 'customer_type': 'customers.customer_type',
        'acquisition_source': 'customers.acquisition_source', 'country': 'customers.country',
        'value_level': 'profiles.value_level',
    }.items() %}
    select
        customers.customer_id, '{{ kind }}' as segment_kind, coalesce({{ segment }}, 'unknown') as segment,
        purchases.first_purchase_date
    from purchases
    inner join customers on purchases.customer_id = customers.customer_id
    inner join profiles on purchases.customer_id = profiles.customer_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

begun as (
    select
        segment_kind,
        segment,
        min(cast({{ date_trunc('month', 'first_purchase_date') }} as date)) as first_month
    from segments
    group by segment_kind, segment
),

monthly as (
    select
        customer_id,
        cast({{ date_trunc('month', 'order_date') }} as date) as month_start_date,
        count(*) as order_count,
        coalesce(sum(order_reporting_amount), 0) as revenue_amount
    from orders
    group by customer_id, cast({{ date_trunc('month', 'order_date') }} as date)
),

counted as (
    select
        segments.segment_kind, segments.segment, monthly.month_start_date,
        0 as new_customer_count, count(*) as buying_customer_count,
        sum(monthly.order_count) as order_count, sum(monthly.revenue_amount) as revenue_amount
    from monthly
    inner join segments on monthly.customer_id = segments.customer_id
    group by segments.segment_kind, segments.segment, monthly.month_start_date
    union all
    select
        segment_kind, segment, cast({{ date_trunc('month', 'first_purchase_date') }} as date), count(*), 0, 0, 0
    from segments
    group by segment_kind, segment, cast({{ date_trunc('month', 'first_purchase_date') }} as date)
    union all
    select begun.segment_kind, begun.segment, months.month_start_date, 0, 0, 0, 0
    from begun
    inner join months on begun.first_month <= months.month_start_date
),

summed as (
    select
        counted.segment_kind, counted.segment, counted.month_start_date, months.is_complete,
        sum(counted.new_customer_count) as new_customer_count,
        sum(counted.buying_customer_count) as buying_customer_count,
        sum(counted.order_count) as order_count,
        sum(counted.revenue_amount) as revenue_amount
    from counted
    inner join months on counted.month_start_date = months.month_start_date
    group by counted.segment_kind, counted.segment, counted.month_start_date, months.is_complete
),

{% set so_far = 'partition by segment_kind, segment order by month_start_date' -%}
compared as (
    select
        *,
        sum(new_customer_count) over ({{ so_far }}) as customer_count,
        lag(revenue_amount) over ({{ so_far }}) as prior_month_amount,
        lag(revenue_amount, 12) over ({{ so_far }}) as prior_year_amount,
        {{ trend_amount('revenue_amount', 'month_start_date', so_far, 12) }} as trend_amount
    from summed
),

final as (
    select
        segment_kind,
        segment,
        month_start_date,
        is_complete,
        cast(customer_count as integer) as customer_count,
        cast(new_customer_count as integer) as new_customer_count,
        cast(buying_customer_count as integer) as buying_customer_count,
        cast(order_count as integer) as order_count,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(revenue_amount as decimal(18, 2)) as revenue_amount,
        cast(case when is_complete then revenue_amount - prior_month_amount end as decimal(18, 2))
            as monthly_growth_amount,
        case when is_complete then {{ rate_of('(revenue_amount - prior_month_amount)', 'prior_month_amount') }} end
            as monthly_growth_rate,
        cast(case when is_complete then revenue_amount - prior_year_amount end as decimal(18, 2))
            as yearly_growth_amount,
        case when is_complete then {{ rate_of('(revenue_amount - prior_year_amount)', 'prior_year_amount') }} end
            as yearly_growth_rate,
        case when is_complete then trend_amount end as monthly_trend_amount
    from compared
)

select * from final
