{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('dynamics', 'systemuser') }}
),

final as (
    select
        'dynamics' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.fullname as user_name,
        logged.internalemailaddress as email,
        logged._parentsystemuserid_value as manager_user_record_id,
        not coalesce(logged.isdisabled, false) as is_active,
        logged.createdon as created_at,
        logged.modifiedon as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
)

select * from final
