"""The tables of this area in the schema ``analytics``."""

from __future__ import annotations

from pipelines.analytics.outputs import Output

PREDICTIONS = Output(
    "customer_value_predictions",
    "One row per customer with at least one counted order: what they are expected to buy and to be worth.",
    {
        "customer_id": "varchar",
        "population": "varchar",
        "value_model": "varchar",
        "value_model_reason": "varchar",
        "spending_model": "varchar",
        "alive_rate": "double",
        "expected_purchase_count_30_days": "double",
        "expected_purchase_count_90_days": "double",
        "expected_purchase_count_365_days": "double",
        "expected_purchase_amount": "decimal(18,2)",
        "expected_revenue_amount_365_days": "decimal(18,2)",
        "expected_revenue_low_amount_365_days": "decimal(18,2)",
        "expected_revenue_high_amount_365_days": "decimal(18,2)",
        "expected_margin_rate": "double",
        "lifetime_value_amount": "decimal(18,2)",
        "lifetime_value_low_amount": "decimal(18,2)",
        "lifetime_value_high_amount": "decimal(18,2)",
    },
)

MODELS = Output(
    "value_models",
    "One row per population and model that was fitted to it: parameters, likelihood, back-test and whether it is used.",
    {
        "population": "varchar",
        "model": "varchar",
        "parameters": "varchar",
        "log_likelihood": "double",
        "is_converged": "boolean",
        "back_test_chi_square": "double",
        "back_test_bias_rate": "double",
        "is_chosen": "boolean",
        "reason": "varchar",
        "customer_count": "integer",
        "repeat_customer_count": "integer",
        "expected_revenue_amount_365_days": "decimal(18,2)",
        "expected_revenue_low_amount_365_days": "decimal(18,2)",
        "expected_revenue_high_amount_365_days": "decimal(18,2)",
        "lifetime_value_amount": "decimal(18,2)",
        "lifetime_value_low_amount": "decimal(18,2)",
        "lifetime_value_high_amount": "decimal(18,2)",
    },
)

BACK_TEST = Output(
    "value_backtest",
    "One row per population, model and month of the first purchase: what it said of the holdout, and what came.",
    {
        "population": "varchar",
        "value_model": "varchar",
        "cohort_month_date": "date",
        "calibration_end_date": "date",
        "holdout_end_date": "date",
        "is_chosen": "boolean",
        "customer_count": "integer",
        "expected_purchase_count": "double",
        "expected_purchase_low_count": "double",
        "expected_purchase_high_count": "double",
        "actual_purchase_count": "integer",
        "expected_revenue_amount": "decimal(18,2)",
        "expected_revenue_low_amount": "decimal(18,2)",
        "expected_revenue_high_amount": "decimal(18,2)",
        "actual_revenue_amount": "decimal(18,2)",
    },
)

CONTRACTS = Output(
    "subscription_predictions",
    "One row per counted subscription: how long it is expected to last and what it will bring until then.",
    {
        "subscription_id": "varchar",
        "lasting_model": "varchar",
        "lasting_model_reason": "varchar",
        "completed_month_count": "integer",
        "survival_rate_12_months": "double",
        "expected_remaining_months": "double",
        "remaining_value_amount": "decimal(18,2)",
        "remaining_value_low_amount": "decimal(18,2)",
        "remaining_value_high_amount": "decimal(18,2)",
    },
)
