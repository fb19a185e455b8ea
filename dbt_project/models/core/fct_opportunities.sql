{{ config(materialized='view') }}
with

opportunities as (
    select * from {{ ref('int_opportunities__assigned') }}
),

final as (
    select
        opportunity_id,
        customer_id,
        source_system,
        source_instance,
        source_record_id,
        survivor_account_record_id as account_record_id,
        account_record_id as original_account_record_id,
        survivor_contact_record_id as contact_record_id,
        campaign_record_id,
        owner_user_record_id,
        opportunity_name,
        stage_name,
        opportunity_type,
        acquisition_source,
        close_date,
        amount as opportunity_amount,
        currency_code,
        reporting_amount as opportunity_reporting_amount,
        probability_rate,
        is_closed,
        is_won,
        not is_closed and not is_deleted as is_open,
        amount is not null and reporting_amount is null as is_rate_missing,
        is_deleted,
        delete_reason,
        created_at,
        modified_at
    from opportunities
)

select * from final
