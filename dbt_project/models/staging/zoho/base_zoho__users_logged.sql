{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('zoho', 'users') }}
),

final as (
    select
        'zoho' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.full_name as user_name,
        logged.email,
        logged.Reporting_To as manager_user_record_id,
        coalesce(lower(logged.status) = 'active', false) as is_active,
        logged.created_time as created_at,
        cast(null as timestamp) as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
)

select * from final
