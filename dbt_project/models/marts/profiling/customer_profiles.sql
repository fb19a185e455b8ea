{%- set rules = var('profiles') -%}
with

customers as (
    select * from {{ ref('dim_customers') }}
),

statuses as (
    select * from {{ ref('fct_customer_status_changes') }}
    where is_current
),

baskets as (
    select * from {{ ref('int_baskets__measured') }}
),

profits as (
    select customer_id, net_profit_amount from {{ ref('customer_profitability') }}
),

churn as (
    select * from {{ ref('customer_churn') }}
),

habits as (
    select * from {{ ref('int_customer_habits__preferred') }}
),

categories as (
    select * from {{ ref('int_customer_categories__ranked') }}
),

valued as (
    select baskets.customer_id, coalesce(profits.net_profit_amount, 0) as value_amount
    from baskets
    left join profits on baskets.customer_id = profits.customer_id
),

-- equal values have equal ranks, so that the level never depends on the order of rows
ranked as (
    select
        *,
        rank() over (order by value_amount desc) - 1 as better_count,
        count(*) over () as customer_count,
        sum(greatest(value_amount, 0)) over (
            order by value_amount desc range between unbounded preceding and current row
        ) as cumulative_amount,
        sum(greatest(value_amount, 0)) over () as total_amount
    from valued
),

described as (
    select
        customers.customer_id,
        customers.customer_type,
        customers.customer_name,
        statuses.status,
        ranked.value_amount,
        {{ rate_of('ranked.cumulative_amount', 'ranked.total_amount') }} as cumulative_value_rate,
        case
            when ranked.customer_id is null then 'none'
            when 100 * ranked.better_count < {{ rules['high_value_percent'] }} * ranked.customer_count then 'high'
            when 100 * ranked.better_count
                < {{ rules['high_value_percent'] + rules['medium_value_percent'] }} * ranked.customer_count
                then 'medium'
            else 'low'
        end as value_level,
        case
            when statuses.status = 'prospect' then 'none'
            when statuses.status in ('lapsed', 'lost', 'erased') then 'gone'
            when churn.risk_band is not null then churn.risk_band
            when statuses.status = 'at_risk' then 'high'
            when statuses.status in ('new', 'won_back') then 'medium'
            else 'low'
        end as risk_level,
        habits.preferred_channel,
        habits.preferred_channel_rate,
        habits.preferred_weekday,
        habits.preferred_month_part,
        habits.preferred_interaction_type,
        churn.churn_rate,
        churn.amount_at_risk,
        baskets.average_order_amount,
        baskets.average_line_count,
        baskets.discounted_line_rate,
        categories.top_category,
        categories.top_category_rate
    from customers
    left join statuses on customers.customer_id = statuses.customer_id
    left join ranked on customers.customer_id = ranked.customer_id
    left join habits on customers.customer_id = habits.customer_id
    left join baskets on customers.customer_id = baskets.customer_id
    left join churn on customers.customer_id = churn.customer_id
    left join categories on customers.customer_id = categories.customer_id
),

final as (
    select
        customer_id,
        customer_type,
        customer_name,
        {{ as_of() }} as as_of_date,
        status,
        '{{ var("reporting_currency") }}' as currency_code,
        value_level,
        cast(value_amount as decimal(18, 2)) as value_amount,
        cumulative_value_rate,
        risk_level,
        churn_rate,
        amount_at_risk,
        preferred_channel,
        preferred_channel_rate,
        preferred_weekday,
        preferred_month_part,
        preferred_interaction_type,
        average_order_amount,
        average_line_count,
        discounted_line_rate,
        case
            when discounted_line_rate >= {{ rules['price_sensitive_percent'] }} / 100.0 then 'high'
            when discounted_line_rate >= {{ rules['price_aware_percent'] }} / 100.0 then 'medium'
            when discounted_line_rate is not null then 'low'
        end as price_sensitivity,
        top_category,
        top_category_rate
    from described
)

select * from final
