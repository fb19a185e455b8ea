with

tests as (
    select * from {{ source('analytics', 'value_backtest') }}
),

final as (
    select
        population,
        value_model,
        cohort_month_date,
        calibration_end_date,
        holdout_end_date,
        is_chosen,
        customer_count as tested_customer_count,
        cast(expected_purchase_count as decimal(18, 4)) as expected_purchase_count,
        cast(expected_purchase_low_count as decimal(18, 4)) as expected_purchase_low_count,
        cast(expected_purchase_high_count as decimal(18, 4)) as expected_purchase_high_count,
        actual_purchase_count,
        expected_purchase_count / nullif(actual_purchase_count, 0) - 1 as purchase_error_rate,
        actual_purchase_count between expected_purchase_low_count and expected_purchase_high_count
            as is_within_purchase_range,
        expected_revenue_amount,
        expected_revenue_low_amount,
        expected_revenue_high_amount,
        actual_revenue_amount,
        '{{ var("reporting_currency") }}' as currency_code
    from tests
)

select * from final
