{{ config(materialized='view') }}
with

final as (
    select
        {{ record_keys('salesforce') }},
        Name as user_name,
        Email as email,
        ManagerId as manager_user_record_id,
        coalesce(IsActive, false) as is_active,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from {{ source('salesforce', 'user') }}
)

select * from final
