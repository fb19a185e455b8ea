-- whoever first bought in one period is a cohort; a customer is retained in a period if they bought in it
with

purchases as (
    select * from {{ ref('int_purchases__spaced') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

subscriptions as (
    select * from {{ ref('fct_subscriptions') }}
    where is_counted and customer_id is not null
),

months as (
    select distinct month_start_date from {{ ref('dim_dates') }}
    where is_past
),

entries as (
    select customer_id, min(purchase_date) as first_purchase_date
    from purchases
    group by customer_id
),

-- the months in which a customer bought: a subscription buys in each month of its run
bought as (
    select
        customer_id, cast({{ date_trunc('month', 'order_date') }} as date) as month_start_date,
        order_reporting_amount as amount
    from orders
    union all
    select subscriptions.customer_id, months.month_start_date, cast(null as decimal(18, 2))
    from subscriptions
    inner join months
        on
            months.month_start_date >= {{ date_trunc('month', 'subscriptions.start_date') }}
            and months.month_start_date <= coalesce(subscriptions.end_date, {{ as_of() }})
),

placed as (
    {%- for grain in ['month', 'quarter'] %}
    select
        '{{ grain }}' as cohort_grain,
        cast({{ date_trunc(grain, 'entries.first_purchase_date') }} as date) as cohort_start_date,
        cast({{ date_trunc(grain, 'bought.month_start_date') }} as date) as period_start_date,
        bought.customer_id,
        bought.amount
    from bought
    inner join entries on bought.customer_id = entries.customer_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

activity as (
    select
        cohort_grain,
        cohort_start_date,
        period_start_date,
        count(distinct customer_id) as retained_customer_count,
        sum(amount) as revenue_amount
    from placed
    group by cohort_grain, cohort_start_date, period_start_date
),

periods as (
    {%- for grain in ['month', 'quarter'] %}
    select distinct
        '{{ grain }}' as cohort_grain,
        cast({{ date_trunc(grain, 'month_start_date') }} as date) as period_start_date,
        cast({{ dateadd('month', 1 if grain == 'month' else 3, date_trunc(grain, 'month_start_date')) }} as date)
            as next_start_date
    from months
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- a cohort's first period has all of it, and the revenue that later periods are held against
cohorts as (
    select
        cohort_grain,
        cohort_start_date,
        retained_customer_count as customer_count,
        coalesce(revenue_amount, 0) as first_revenue_amount
    from activity
    where period_start_date = cohort_start_date
),

followed as (
    select
        cohorts.cohort_grain,
        cohorts.cohort_start_date,
        periods.period_start_date,
        case
            when cohorts.cohort_grain = 'month'
                then {{ datediff('cohorts.cohort_start_date', 'periods.period_start_date', 'month') }}
            else {{ datediff('cohorts.cohort_start_date', 'periods.period_start_date', 'quarter') }}
        end as period_number,
        cohorts.customer_count,
        cohorts.first_revenue_amount,
        periods.next_start_date <= cast({{ dateadd('day', 1, as_of()) }} as date) as is_complete,
        coalesce(activity.retained_customer_count, 0) as retained_customer_count,
        coalesce(activity.revenue_amount, 0) as revenue_amount
    from cohorts
    inner join periods
        on cohorts.cohort_grain = periods.cohort_grain and cohorts.cohort_start_date <= periods.period_start_date
    left join activity
        on
            cohorts.cohort_grain = activity.cohort_grain
            and cohorts.cohort_start_date = activity.cohort_start_date
            and periods.period_start_date = activity.period_start_date
),

-- of a period that is not over nothing is known yet: empty, never 0
final as (
    select
        cohort_grain,
        cohort_start_date,
        cast(period_number as integer) as period_number,
        period_start_date,
        cast(customer_count as integer) as customer_count,
        cast(case when is_complete then retained_customer_count end as integer) as retained_customer_count,
        case when is_complete then {{ rate_of('retained_customer_count', 'customer_count') }} end as retention_rate,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(case when is_complete then revenue_amount end as decimal(18, 2)) as revenue_amount,
        case when is_complete then {{ rate_of('revenue_amount', 'first_revenue_amount') }} end
            as revenue_retention_rate,
        is_complete
    from followed
)

select * from final
