{{ config(materialized='table') }}
-- built whole each night: an answer that a contact has no more must go
-- HubSpot says whether a contact has opted out of all e-mail, not when
with

logged as (
    select * from {{ source('hubspot', 'contacts') }}
    {{ latest_records() }}
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id || '|email' as source_record_id,
        logged.id as contact_record_id,
        'email' as channel,
        'marketing' as purpose,
        not logged.hs_email_optout as is_granted,
        cast(null as timestamp) as decided_at,
        logged.createdate as created_at,
        logged.lastmodifieddate as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        cast(null as varchar) as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    where logged.hs_email_optout is not null
)

select * from final
