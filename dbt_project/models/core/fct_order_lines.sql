{{ config(materialized='view') }}
with

lines as (
    select * from {{ ref('int_order_lines__converted') }}
),

final as (
    select
        order_line_id,
        order_id,
        customer_id,
        product_id,
        source_system,
        source_instance,
        source_record_id,
        order_record_id,
        product_record_id,
        line_number,
        order_date,
        order_status,
        quantity,
        unit_price_amount,
        discount_amount,
        line_amount,
        currency_code,
        line_reporting_amount,
        discount_reporting_amount,
        line_plan_amount,
        cast(line_reporting_amount - line_plan_amount as decimal(18, 2)) as exchange_effect_amount,
        line_cost_reporting_amount,
        line_margin_reporting_amount,
        is_counted,
        is_rate_missing,
        is_deleted,
        delete_reason
    from lines
)

select * from final
