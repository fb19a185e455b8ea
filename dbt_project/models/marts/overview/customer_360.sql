with

customers as (
    select * from {{ ref('dim_customers') }}
),

statuses as (
    select * from {{ ref('fct_customer_status_changes') }}
    where is_current
),

customer_values as (
    select * from {{ ref('customer_value') }}
),

profits as (
    select * from {{ ref('customer_profitability') }}
),

loyalty as (
    select * from {{ ref('customer_loyalty') }}
),

profiles as (
    select * from {{ ref('customer_profiles') }}
),

risks as (
    select * from {{ ref('customer_churn') }}
),

contacts as (
    select * from {{ ref('customer_contacts') }}
),

actions as (
    select * from {{ ref('next_best_actions') }}
),

final as (
    select
        customers.customer_id,
        customers.customer_type,
        customers.customer_name,
        customers.first_name,
        customers.last_name,
        customers.birth_date,
        customers.email,
        customers.phone,
        customers.mobile_phone,
        customers.street,
        customers.postal_code,
        customers.city,
        customers.state,
        customers.country,
        customers.website,
        customers.industry,
        customers.job_title,
        customers.acquisition_source,
        customers.has_opted_out_of_email,
        customers.first_seen_at,
        customers.last_seen_at,
        customers.record_count,
        customers.source_count,
        customers.alias_count,
        customers.is_deleted,
        {{ as_of() }} as as_of_date,
        '{{ var("reporting_currency") }}' as currency_code,
        statuses.status,
        statuses.valid_from_date as status_since_date,
        customer_values.first_order_date,
        customer_values.last_order_date,
        coalesce(customer_values.order_count, 0) as order_count,
        coalesce(customer_values.revenue_amount, 0) as revenue_amount,
        customer_values.cost_amount,
        customer_values.margin_amount,
        customer_values.average_order_amount,
        customer_values.recency_days,
        customer_values.rfm_score,
        coalesce(customer_values.quarantined_order_count, 0) as quarantined_order_count,
        profits.net_profit_amount,
        profits.profit_rank,
        customer_values.expected_purchase_count_365_days,
        customer_values.expected_revenue_amount_365_days,
        customer_values.lifetime_value_amount,
        customer_values.lifetime_value_low_amount,
        customer_values.lifetime_value_high_amount,
        customer_values.value_model,
        profiles.value_level,
        risks.churn_kind,
        risks.churn_rate,
        risks.risk_band,
        risks.amount_at_risk,
        risks.churn_reasons,
        loyalty.loyalty_tier,
        loyalty.tenure_days,
        loyalty.mean_gap_days,
        profiles.preferred_channel,
        profiles.preferred_interaction_type,
        profiles.top_category,
        profiles.price_sensitivity,
        contacts.active_subscription_count,
        contacts.monthly_subscription_amount,
        contacts.interaction_count,
        contacts.last_interaction_at,
        contacts.last_interaction_type,
        contacts.case_count,
        contacts.open_case_count,
        contacts.open_opportunity_count,
        contacts.open_opportunity_amount,
        contacts.won_opportunity_count,
        contacts.campaign_touch_count,
        actions.next_best_action,
        actions.action_reason,
        actions.stake_amount
    from customers
    left join statuses on customers.customer_id = statuses.customer_id
    left join customer_values on customers.customer_id = customer_values.customer_id
    left join profits on customers.customer_id = profits.customer_id
    left join loyalty on customers.customer_id = loyalty.customer_id
    left join profiles on customers.customer_id = profiles.customer_id
    left join risks on customers.customer_id = risks.customer_id
    left join contacts on customers.customer_id = contacts.customer_id
    left join actions on customers.customer_id = actions.customer_id
)

select * from final
