-- a case keeps no time of its closing: that of its last change stands for it
with

logged as (
    select * from {{ source('zoho', 'cases') }}
    {{ latest_records() }}
),

final as (
    select
        'zoho' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.Account_Name as account_record_id,
        logged.Related_To as contact_record_id,
        logged.Owner as owner_user_record_id,
        logged.Case_Number as case_number,
        logged.Status as case_status,
        logged.Priority as case_priority,
        logged.Type as case_type,
        logged.Case_Origin as channel,
        logged.Subject as subject,
        logged.Created_Time as opened_at,
        case when lower(logged.Status) = 'closed' then logged.Modified_Time end as closed_at,
        logged.Created_Time as created_at,
        logged.Modified_Time as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
)

select * from final
