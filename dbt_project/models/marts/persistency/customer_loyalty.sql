with

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

rhythms as (
    select * from {{ ref('int_purchases__spaced') }}
    where next_purchase_date is null
),

categories as (
    select * from {{ ref('int_customer_categories__ranked') }}
),

points as (
    select * from {{ ref('loyalty_points') }}
),

tiers as (
    select *, lead(at_least_points) over (order by at_least_points) as next_points
    from {{ ref('loyalty_tiers') }}
),

customers as (
    select customer_id, customer_type, customer_name from {{ ref('dim_customers') }}
),

order_days as (
    select
        customer_id,
        order_date,
        count(*) as order_count,
        {{ datediff('lag(order_date) over (partition by customer_id order by order_date)', 'order_date', 'day') }}
            as gap_days
    from orders
    group by customer_id, order_date
),

counted as (
    select
        customer_id,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        sum(order_count) as order_count,
        count(*) as order_day_count,
        count(distinct {{ date_trunc('month', 'order_date') }}) as active_month_count,
        avg(gap_days) as mean_gap_days,
        median(gap_days) as median_gap_days,
        stddev_samp(gap_days) as gap_deviation_days
    from order_days
    group by customer_id
),

described as (
    select
        counted.*,
        customers.customer_type,
        customers.customer_name,
        {{ datediff('counted.first_order_date', as_of(), 'day') }} as tenure_days,
        {{ datediff('counted.first_order_date', as_of(), 'month') }} + 1 as tenure_month_count,
        case when counted.mean_gap_days > 0 then counted.gap_deviation_days / counted.mean_gap_days end
            as gap_variation_rate,
        rhythms.at_risk_days - {{ datediff('rhythms.active_to_date', as_of(), 'day') }} as silent_days_left,
        coalesce(categories.category_count, 0) as category_count,
        categories.category_rate,
        categories.top_category,
        categories.top_category_rate
    from counted
    inner join customers on counted.customer_id = customers.customer_id
    inner join rhythms on counted.customer_id = rhythms.customer_id
    left join categories on counted.customer_id = categories.customer_id
),

-- one gap does not vary: regularity needs two
measured as (
    select
        *,
        {{ rate_of('active_month_count', 'tenure_month_count') }} as active_months_rate,
        cast(
            case when gap_variation_rate <= 1 then 1 - gap_variation_rate when gap_variation_rate > 1 then 0 end
            as decimal(18, 4)
        ) as regularity_rate
    from described
),

measures as (
    {%- for measure, value in {
        'order_days': 'order_day_count', 'tenure_days': 'tenure_days',
        'active_months_percent': '100 * active_months_rate', 'regularity_percent': '100 * regularity_rate',
        'category_percent': '100 * category_rate', 'silent_days_left': 'silent_days_left',
    }.items() %}
    select customer_id, '{{ measure }}' as measure, cast({{ value }} as decimal(18, 4)) as value from measured
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

pointed as (
    select measures.customer_id, sum(points.points) as loyalty_points
    from measures
    inner join points on measures.measure = points.measure and measures.value >= points.at_least
    group by measures.customer_id
),

tiered as (
    select measured.*, coalesce(pointed.loyalty_points, 0) as loyalty_points, tiers.loyalty_tier
    from measured
    left join pointed on measured.customer_id = pointed.customer_id
    left join tiers
        on
            coalesce(pointed.loyalty_points, 0) >= tiers.at_least_points
            and (tiers.next_points is null or coalesce(pointed.loyalty_points, 0) < tiers.next_points)
),

final as (
    select
        customer_id,
        customer_type,
        customer_name,
        {{ as_of() }} as as_of_date,
        first_order_date,
        last_order_date,
        cast(order_count as integer) as order_count,
        cast(order_day_count as integer) as order_day_count,
        order_day_count >= 2 as is_repeat_customer,
        cast(tenure_days as integer) as tenure_days,
        cast(active_month_count as integer) as active_month_count,
        active_months_rate,
        cast(mean_gap_days as decimal(18, 2)) as mean_gap_days,
        cast(median_gap_days as decimal(18, 2)) as median_gap_days,
        cast(gap_variation_rate as decimal(18, 4)) as gap_variation_rate,
        regularity_rate,
        cast(category_count as integer) as category_count,
        category_rate,
        top_category,
        top_category_rate,
        cast(loyalty_points as integer) as loyalty_points,
        loyalty_tier
    from tiered
)

select * from final
