{{ config(materialized='view') }}
-- a manager that the source does not know is nobody's
with

users as (
    select * from {{ ref('int_users__unioned') }}
),

final as (
    select
        {{ record_id(alias='users') }} as user_id,
        {{ record_id(alias='managers') }} as manager_user_id,
        users.source_system,
        users.source_instance,
        users.source_record_id,
        users.user_name,
        users.email,
        users.is_active,
        users.is_deleted,
        users.delete_reason,
        users.created_at,
        users.modified_at
    from users
    left join users as managers
        on
            users.source_system = managers.source_system
            and users.source_instance = managers.source_instance
            and users.manager_user_record_id = managers.source_record_id
)

select * from final
