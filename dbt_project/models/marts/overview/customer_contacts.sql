with

customers as (
    select customer_id from {{ ref('dim_customers') }}
),

interactions as (
    select
        customer_id,
        count(*) as interaction_count,
        max(occurred_at) as last_interaction_at,
        max_by(interaction_type, {{ ordered_by('occurred_at', 'interaction_id') }}) as last_interaction_type
    from {{ ref('fct_interactions') }}
    where is_counted and customer_id is not null
    group by customer_id
),

cases as (
    select
        customer_id,
        count(*) as case_count,
        sum(case when closed_at is null then 1 else 0 end) as open_case_count
    from {{ ref('fct_cases') }}
    where is_counted and customer_id is not null
    group by customer_id
),

opportunities as (
    select
        customer_id,
        sum(case when is_open then 1 else 0 end) as open_opportunity_count,
        sum(case when is_open then opportunity_reporting_amount end) as open_opportunity_amount,
        sum(case when is_won and not is_deleted then 1 else 0 end) as won_opportunity_count
    from {{ ref('fct_opportunities') }}
    where customer_id is not null
    group by customer_id
),

subscriptions as (
    select
        customer_id,
        count(*) as active_subscription_count,
        sum(monthly_reporting_amount) as monthly_subscription_amount
    from {{ ref('fct_subscriptions') }}
    where is_active and customer_id is not null
    group by customer_id
),

touches as (
    select customer_id, count(*) as campaign_touch_count
    from {{ ref('fct_campaign_touches') }}
    where is_counted and not is_control and customer_id is not null
    group by customer_id
),

final as (
    select
        customers.customer_id,
        {{ as_of() }} as as_of_date,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(coalesce(interactions.interaction_count, 0) as integer) as interaction_count,
        interactions.last_interaction_at,
        interactions.last_interaction_type,
        cast(coalesce(cases.case_count, 0) as integer) as case_count,
        cast(coalesce(cases.open_case_count, 0) as integer) as open_case_count,
        cast(coalesce(opportunities.open_opportunity_count, 0) as integer) as open_opportunity_count,
        cast(opportunities.open_opportunity_amount as decimal(18, 2)) as open_opportunity_amount,
        cast(coalesce(opportunities.won_opportunity_count, 0) as integer) as won_opportunity_count,
        cast(coalesce(subscriptions.active_subscription_count, 0) as integer) as active_subscription_count,
        cast(subscriptions.monthly_subscription_amount as decimal(18, 2)) as monthly_subscription_amount,
        cast(coalesce(touches.campaign_touch_count, 0) as integer) as campaign_touch_count
    from customers
    left join interactions on customers.customer_id = interactions.customer_id
    left join cases on customers.customer_id = cases.customer_id
    left join opportunities on customers.customer_id = opportunities.customer_id
    left join subscriptions on customers.customer_id = subscriptions.customer_id
    left join touches on customers.customer_id = touches.customer_id
)

select * from final
