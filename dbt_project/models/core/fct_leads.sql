with

leads as (
    select * from {{ ref('int_leads__unioned') }}
),

assigned as (
    select * from {{ ref('base_identity__assignments') }}
),

users as (
    select * from {{ ref('int_users__unioned') }}
),

opportunities as (
    select * from {{ ref('int_opportunities__unioned') }}
),

final as (
    select
        {{ record_id(alias='leads') }} as lead_id,
        assigned.customer_id,
        {{ record_id(alias='users') }} as owner_user_id,
        {{ record_id(alias='opportunities') }} as converted_opportunity_id,
        leads.source_system,
        leads.source_instance,
        leads.source_record_id,
        leads.company_name,
        leads.job_title,
        leads.country,
        leads.lead_status,
        leads.acquisition_source,
        nullif(trim(leads.email), '') is not null as has_email,
        coalesce(nullif(trim(leads.phone), ''), nullif(trim(leads.mobile_phone), '')) is not null as has_phone,
        coalesce(leads.is_converted, false) as is_converted,
        leads.converted_date,
        leads.converted_account_record_id,
        leads.converted_contact_record_id,
        cast({{ datediff(reporting_date('leads.created_at'), 'leads.converted_date', 'day') }} as integer)
            as days_to_convert,
        leads.is_deleted,
        leads.delete_reason,
        leads.created_at,
        leads.modified_at
    from leads
    left join assigned
        on
            assigned.entity = 'leads'
            and leads.source_system = assigned.source_system
            and leads.source_instance = assigned.source_instance
            and leads.source_record_id = assigned.source_record_id
    {{ join_user('leads', 'owner_user_record_id') }}
    left join opportunities
        on
            leads.source_system = opportunities.source_system
            and leads.source_instance = opportunities.source_instance
            and leads.converted_opportunity_record_id = opportunities.source_record_id
)

select * from final
