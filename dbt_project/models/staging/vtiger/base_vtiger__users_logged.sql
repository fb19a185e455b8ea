{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('vtiger', 'vtiger_users') }}
),

final as (
    select
        {{ record_keys('vtiger') }},
        coalesce(
            nullif(trim(concat_ws(' ', {{ decoded('first_name') }}, {{ decoded('last_name') }})), ''),
            {{ decoded('user_name') }}
        ) as user_name,
        {{ decoded('email1') }} as email,
        cast(nullif(reports_to_id, 0) as varchar) as manager_user_record_id,
        coalesce(status = 'Active', false) as is_active,
        {{ in_utc('date_entered') }} as created_at,
        {{ in_utc('date_modified') }} as modified_at,
        {{ record_state() }}
    from logged
)

select * from final
