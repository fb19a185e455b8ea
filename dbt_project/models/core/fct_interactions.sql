with

interactions as (
    select * from {{ ref('int_interactions__unioned') }}
),

assigned as (
    select * from {{ ref('int_customers__assigned') }}
),

final as (
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
        interactions.modified_at
    from interactions
    left join assigned as accounts
        on
            accounts.entity = 'accounts'
            and interactions.source_system = accounts.source_system
            and interactions.source_instance = accounts.source_instance
            and interactions.account_record_id = accounts.source_record_id
    left join assigned as contacts
        on
            contacts.entity = 'contacts'
            and interactions.source_system = contacts.source_system
            and interactions.source_instance = contacts.source_instance
            and interactions.contact_record_id = contacts.source_record_id
    left join assigned as leads
        on
            leads.entity = 'leads'
            and interactions.source_system = leads.source_system
            and interactions.source_instance = leads.source_instance
            and interactions.lead_record_id = leads.source_record_id
)

select * from final
