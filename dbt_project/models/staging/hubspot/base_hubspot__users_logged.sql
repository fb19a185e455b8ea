{{ config(materialized='view') }}
-- records belong to owners; one that is archived has left
with

logged as (
    select * from {{ source('hubspot', 'owners') }}
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        nullif(trim(coalesce(logged.firstName, '') || ' ' || coalesce(logged.lastName, '')), '') as user_name,
        logged.email,
        cast(null as varchar) as manager_user_record_id,
        logged._op <> 'delete' as is_active,
        logged.createdAt as created_at,
        logged.updatedAt as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
)

select * from final
