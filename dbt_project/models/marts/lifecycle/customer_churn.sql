with

rates as (
    select * from {{ source('analytics', 'customer_churn_rates') }}
),

customers as (
    select customer_id, customer_type, customer_name from {{ ref('dim_customers') }}
),

bands as (
    select * from {{ ref('churn_risk_bands') }}
),

ordered as (
    select
        customer_id,
        max(order_date) as last_order_date,
        sum(case when order_date > {{ dateadd('day', -365, as_of()) }} then order_reporting_amount end) as amount
    from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
    group by customer_id
),

subscribed as (
    select
        customer_id,
        12 * sum(monthly_reporting_amount) as amount
    from {{ ref('fct_subscriptions') }}
    where is_active and customer_id is not null
    group by customer_id
),

valued as (
    select
        rates.*,
        customers.customer_type,
        customers.customer_name,
        ordered.last_order_date,
        cast(
            coalesce(case when rates.churn_kind = 'contractual' then subscribed.amount else ordered.amount end, 0)
            as decimal(18, 2)
        ) as yearly_amount
    from rates
    inner join customers on rates.customer_id = customers.customer_id
    left join ordered on rates.customer_id = ordered.customer_id
    left join subscribed on rates.customer_id = subscribed.customer_id
),

banded as (
    select
        valued.customer_id,
        max_by(bands.risk_band, bands.from_rate) as risk_band
    from valued
    inner join bands
        on
            valued.churn_kind = bands.churn_kind
            and valued.churn_rate >= bands.from_rate
    group by valued.customer_id
),

final as (
    select
        valued.customer_id,
        valued.customer_type,
        valued.customer_name,
        {{ as_of() }} as as_of_date,
        '{{ var("reporting_currency") }}' as currency_code,
        valued.churn_kind,
        valued.churn_method,
        valued.churn_model,
        valued.churn_rate,
        banded.risk_band,
        valued.churn_reasons,
        valued.last_order_date,
        valued.yearly_amount,
        cast(valued.churn_rate * valued.yearly_amount as decimal(18, 2)) as amount_at_risk,
        valued.model_id as churn_model_id,
        valued.model_trained_date as churn_model_date
    from valued
    left join banded on valued.customer_id = banded.customer_id
)

select * from final
