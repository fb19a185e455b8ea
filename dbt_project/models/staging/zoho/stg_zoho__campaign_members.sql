-- Zoho keeps no time at which someone became a member or responded
with

logged as (
    select * from {{ source('zoho', 'campaign_members') }}
    {{ latest_records() }}
),

final as (
    select
        'zoho' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.Parent_Id as campaign_record_id,
        case when logged.Module = 'Contacts' then logged.id end as contact_record_id,
        case when logged.Module = 'Leads' then logged.id end as lead_record_id,
        logged.Member_Status as member_status,
        false as is_control,
        coalesce(lower(logged.Member_Status) = 'responded', false) as has_responded,
        cast(null as timestamp) as responded_at,
        cast(null as timestamp) as created_at,
        cast(null as timestamp) as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
)

select * from final
