{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('suitecrm', 'accounts') }}
),

emails as (
    select * from {{ ref('base_suitecrm__email_addresses') }}
    where bean_module = 'Accounts' and place = 1
),

told as (
    select
        {{ record_keys('suitecrm') }},
        {{ decoded('name') }} as account_name,
        false as is_person,
        cast(null as varchar) as first_name,
        cast(null as varchar) as last_name,
        cast(null as varchar) as tax_id,
        {{ decoded('coalesce(nullif(phone_office, \'\'), phone_alternate)') }} as phone,
        {{ decoded('website') }} as website,
        {{ decoded('industry') }} as industry,
        {{ decoded('billing_address_street') }} as street,
        {{ decoded('billing_address_city') }} as city,
        {{ decoded('billing_address_state') }} as state,
        {{ decoded('billing_address_postalcode') }} as postal_code,
        {{ decoded('billing_address_country') }} as country,
        nullif(parent_id, '') as parent_account_record_id,
        nullif(assigned_user_id, '') as owner_user_record_id,
        cast(null as varchar) as acquisition_source,
        cast(null as varchar) as currency_code,
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
