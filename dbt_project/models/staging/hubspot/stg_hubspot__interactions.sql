{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
with

logged as (
    select * from {{ ref('base_hubspot__engagements') }}
),

linked_records as (
    select * from {{ ref('base_hubspot__linked_records') }}
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged.object || '|' || logged._record_id as source_record_id,
        case when logged._op = 'delete' then companies.last_to_id else companies.to_id end as account_record_id,
        case when logged._op = 'delete' then contacts.last_to_id else contacts.to_id end as contact_record_id,
        cast(null as varchar) as lead_record_id,
        case when logged._op = 'delete' then deals.last_to_id else deals.to_id end as opportunity_record_id,
        logged.hubspot_owner_id as owner_user_record_id,
        logged.interaction_type,
        logged.direction,
        logged.subject,
        logged.occurred_at,
        logged.duration_seconds,
        logged.is_completed,
        logged.hs_createdate as created_at,
        logged.hs_lastmodifieddate as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join linked_records as companies
        on
            logged._source = companies._source
            and logged.object = companies.from_object
            and companies.to_object = 'companies'
            and logged.id = companies.from_id
    left join linked_records as contacts
        on
            logged._source = contacts._source
            and logged.object = contacts.from_object
            and contacts.to_object = 'contacts'
            and logged.id = contacts.from_id
    left join linked_records as deals
        on
            logged._source = deals._source
            and logged.object = deals.from_object
            and deals.to_object = 'deals'
            and logged.id = deals.from_id
)

select * from final
