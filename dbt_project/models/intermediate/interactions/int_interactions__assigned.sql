{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='interaction_id') }}
-- interactions with the customer they were with, and the person there
with

interactions as (
    select * from {{ ref('int_interactions__unioned') }}
),

assigned as (
    select * from {{ ref('base_identity__assignments') }}
),

attributed as (
    select
        {{ record_id(alias='interactions') }} as interaction_id,
        coalesce(accounts.customer_id, contacts.customer_id, leads.customer_id) as customer_id,
        coalesce(contacts.customer_id, leads.customer_id) as person_customer_id,
        interactions.source_system,
        interactions.source_instance,
        interactions.source_record_id,
        interactions.account_record_id,
        interactions.contact_record_id,
        interactions.lead_record_id,
        interactions.opportunity_record_id,
        interactions.owner_user_record_id,
        interactions.interaction_type,
        interactions.direction,
        interactions.subject,
        interactions.occurred_at,
        {{ reporting_date('interactions.occurred_at') }} as occurred_date,
        interactions.duration_seconds,
        -- what has a time but no state has taken place when that time has come
        coalesce(interactions.is_completed, true)
        and coalesce({{ reporting_date('interactions.occurred_at') }} <= {{ as_of() }}, false)
        and not interactions.is_deleted as is_counted,
        interactions.is_deleted,
        interactions.delete_reason,
        interactions.created_at,
        interactions.modified_at,
        interactions.loaded_at
    from interactions
    {{ join_named_record('assigned', 'accounts', 'interactions', 'account_record_id') }}
    {{ join_named_record('assigned', 'contacts', 'interactions', 'contact_record_id') }}
    {{ join_named_record('assigned', 'leads', 'interactions', 'lead_record_id') }}
),

final as (
    select attributed.*
    from attributed
    {{ join_changed('attributed', 'interaction_id', ['loaded_at', 'customer_id', 'person_customer_id', 'is_counted']) }}
)

select * from final
