-- one row per subscription that had started by the day $evening: its age, and what was known when it started
with subscriptions as (
    select
        subscription_id,
        customer_id,
        product_id,
        start_date,
        end_date,
        coalesce(monthly_reporting_amount, 0)::double as monthly_amount,
    from core.fct_subscriptions
    where is_counted and customer_id is not null and start_date <= $evening
),

earlier as (
    select
        subscriptions.subscription_id,
        count(*) filter (others.start_date < subscriptions.start_date) as earlier_count,
    from subscriptions
    left join subscriptions as others on subscriptions.customer_id = others.customer_id
    group by subscriptions.subscription_id
),

bought as (
    select
        subscriptions.subscription_id,
        count(orders.order_id) as order_count,
    from subscriptions
    left join core.fct_orders as orders
        on
            subscriptions.customer_id = orders.customer_id
            and orders.is_counted
            and orders.order_date < subscriptions.start_date
    group by subscriptions.subscription_id
),

final as (
    select
        subscriptions.subscription_id,
        subscriptions.customer_id,
        start_date,
        end_date,
        coalesce(end_date < $evening, false) as is_ended,
        date_diff('day', start_date, least(coalesce(end_date, $evening), $evening)) as age_days,
        end_date < $evening + $days as is_ended_within,
        monthly_amount,
        ln(1 + monthly_amount) as size,
        product_id,
        earlier_count,
        order_count,
        customers.customer_type,
        date_diff('day', customers.first_seen_at::date, start_date) as known_days,
    from subscriptions
    inner join core.dim_customers as customers on subscriptions.customer_id = customers.customer_id
    inner join earlier on subscriptions.subscription_id = earlier.subscription_id
    inner join bought on subscriptions.subscription_id = bought.subscription_id
)

select * from final order by subscription_id
