{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('suitecrm', 'users') }}
),

emails as (
    select * from {{ ref('base_suitecrm__email_addresses') }}
    where bean_module = 'Users' and place = 1
),

told as (
    select
        {{ record_keys('suitecrm') }},
        coalesce({{ decoded("trim(concat_ws(' ', first_name, last_name))") }}, user_name) as user_name,
        nullif(reports_to_id, '') as manager_user_record_id,
        coalesce(status = 'Active', false) as is_active,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
),

final as (
    select
        told.*,
        emails.email_address as email
    from told
    left join emails
        on
            told.source_instance = emails.source_instance
            and told.source_record_id = emails.bean_id
)

select * from final
