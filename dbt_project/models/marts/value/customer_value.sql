with

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

customers as (
    select customer_id, customer_type, customer_name from {{ ref('dim_customers') }}
),

predictions as (
    select * from {{ source('analytics', 'customer_value_predictions') }}
),

totals as (
    select
        customer_id,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        count(*) as order_count,
        coalesce(sum(order_reporting_amount), 0) as revenue_amount,
        sum(cost_reporting_amount) as cost_amount,
        sum(margin_reporting_amount) as margin_amount,
        count(order_reporting_amount) as valued_order_count,
        sum(case when uncosted_line_count > 0 or is_amount_from_header then 1 else 0 end) as uncosted_order_count
    from orders
    group by customer_id
),

measured as (
    select
        totals.*,
        customers.customer_type,
        customers.customer_name,
        {{ datediff('totals.last_order_date', as_of(), 'day') }} as recency_days,
        count(*) over () as customer_count
    from totals
    inner join customers on totals.customer_id = customers.customer_id
),

-- equal values have equal ranks, so that the score never depends on the order of rows
ranked as (
    select
        *,
        rank() over (order by recency_days desc) - 1 as recency_rank,
        rank() over (order by order_count) - 1 as frequency_rank,
        rank() over (order by revenue_amount) - 1 as monetary_rank
    from measured
),

scored as (
    select
        *,
        cast({{ integer_quotient('5 * recency_rank', 'customer_count') }} + 1 as integer) as recency_score,
        cast({{ integer_quotient('5 * frequency_rank', 'customer_count') }} + 1 as integer) as frequency_score,
        cast({{ integer_quotient('5 * monetary_rank', 'customer_count') }} + 1 as integer) as monetary_score
    from ranked
),

final as (
    select
        scored.customer_id,
        customer_type,
        customer_name,
        {{ as_of() }} as as_of_date,
        '{{ var("reporting_currency") }}' as currency_code,
        first_order_date,
        last_order_date,
        cast(order_count as integer) as order_count,
        cast(revenue_amount as decimal(18, 2)) as revenue_amount,
        cast(cost_amount as decimal(18, 2)) as cost_amount,
        cast(margin_amount as decimal(18, 2)) as margin_amount,
        {{ average_amount('revenue_amount', 'valued_order_count') }} as average_order_amount,
        cast(recency_days as integer) as recency_days,
        recency_score,
        frequency_score,
        monetary_score,
        cast(recency_score as varchar) || cast(frequency_score as varchar) || cast(monetary_score as varchar)
            as rfm_score,
        cast(order_count - valued_order_count as integer) as quarantined_order_count,
        cast(uncosted_order_count as integer) as uncosted_order_count,
        predictions.alive_rate,
        cast(predictions.expected_purchase_count_30_days as decimal(18, 4)) as expected_purchase_count_30_days,
        cast(predictions.expected_purchase_count_90_days as decimal(18, 4)) as expected_purchase_count_90_days,
        cast(predictions.expected_purchase_count_365_days as decimal(18, 4)) as expected_purchase_count_365_days,
        predictions.expected_purchase_amount,
        predictions.expected_revenue_amount_365_days,
        predictions.expected_revenue_low_amount_365_days,
        predictions.expected_revenue_high_amount_365_days,
        predictions.expected_margin_rate,
        predictions.lifetime_value_amount,
        predictions.lifetime_value_low_amount,
        predictions.lifetime_value_high_amount,
        coalesce(predictions.value_model, 'none') as value_model,
        predictions.value_model_reason
    from scored
    left join predictions on scored.customer_id = predictions.customer_id
)

select * from final
