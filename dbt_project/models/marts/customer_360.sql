with

customers as (
    select * from {{ ref('dim_customers') }}
),

customer_values as (
    select * from {{ ref('customer_value') }}
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
        cast(coalesce(interactions.interaction_count, 0) as integer) as interaction_count,
        interactions.last_interaction_at,
        interactions.last_interaction_type,
        cast(coalesce(opportunities.open_opportunity_count, 0) as integer) as open_opportunity_count,
        cast(opportunities.open_opportunity_amount as decimal(18, 2)) as open_opportunity_amount,
        cast(coalesce(opportunities.won_opportunity_count, 0) as integer) as won_opportunity_count
    from customers
    left join customer_values on customers.customer_id = customer_values.customer_id
    left join interactions on customers.customer_id = interactions.customer_id
    left join opportunities on customers.customer_id = opportunities.customer_id
)

select * from final
