{{ config(materialized='view') }}
with

interactions as (
    select * from {{ ref('int_interactions__assigned') }}
),

final as (
    select
        interaction_id,
        customer_id,
        person_customer_id,
        source_system,
        source_instance,
        source_record_id,
        account_record_id,
        contact_record_id,
        lead_record_id,
        opportunity_record_id,
        owner_user_record_id,
        interaction_type,
        direction,
        subject,
        occurred_at,
        occurred_date,
        duration_seconds,
        is_counted,
        is_deleted,
        delete_reason,
        created_at,
        modified_at
    from interactions
)

select * from final
