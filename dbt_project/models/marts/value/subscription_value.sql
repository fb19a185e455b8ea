with

subscriptions as (
    select * from {{ ref('fct_subscriptions') }}
    where is_counted
),

predictions as (
    select * from {{ source('analytics', 'subscription_predictions') }}
),

final as (
    select
        subscriptions.subscription_id,
        subscriptions.customer_id,
        subscriptions.product_id,
        subscriptions.subscription_status,
        subscriptions.start_date,
        subscriptions.end_date,
        subscriptions.is_active,
        {{ as_of() }} as as_of_date,
        '{{ var("reporting_currency") }}' as currency_code,
        case when subscriptions.is_active then subscriptions.monthly_reporting_amount else 0 end
            as current_monthly_amount,
        predictions.completed_month_count,
        predictions.survival_rate_12_months,
        cast(predictions.expected_remaining_months as decimal(18, 2)) as expected_remaining_months,
        predictions.remaining_value_amount,
        predictions.remaining_value_low_amount,
        predictions.remaining_value_high_amount,
        predictions.lasting_model,
        predictions.lasting_model_reason,
        subscriptions.is_rate_missing
    from subscriptions
    left join predictions on subscriptions.subscription_id = predictions.subscription_id
)

select * from final
