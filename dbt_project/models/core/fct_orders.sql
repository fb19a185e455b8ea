{{ config(materialized='view') }}
with

orders as (
    select * from {{ ref('int_orders__totalled') }}
),

final as (
    select
        order_id,
        customer_id,
        owner_user_id,
        source_system,
        source_instance,
        source_record_id,
        survivor_account_record_id as account_record_id,
        account_record_id as original_account_record_id,
        survivor_contact_record_id as contact_record_id,
        contact_record_id as original_contact_record_id,
        opportunity_record_id,
        order_number,
        order_status,
        channel,
        order_date,
        fulfilled_date,
        returned_date,
        cast({{ datediff('order_date', 'fulfilled_date', 'day') }} as integer) as lead_time_days,
        total_currency_code as currency_code,
        total_amount as order_amount,
        total_reporting_amount as order_reporting_amount,
        total_plan_amount as order_plan_amount,
        cast(total_reporting_amount - total_plan_amount as decimal(18, 2)) as exchange_effect_amount,
        cost_reporting_amount,
        margin_reporting_amount,
        line_count,
        uncosted_line_count,
        is_counted,
        is_amount_from_header,
        is_rate_missing,
        is_deleted,
        delete_reason,
        created_at,
        modified_at
    from orders
)

select * from final
