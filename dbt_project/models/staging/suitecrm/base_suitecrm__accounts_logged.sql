{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('suitecrm', 'accounts') }}
),

final as (
    select
        {{ record_keys('suitecrm') }},
        name as account_name,
        false as is_person,
        cast(null as varchar) as first_name,
        cast(null as varchar) as last_name,
        cast(null as varchar) as tax_id,
        cast(null as varchar) as email,
        nullif(phone_office, '') as phone,
        nullif(website, '') as website,
        nullif(industry, '') as industry,
        nullif(billing_address_street, '') as street,
        nullif(billing_address_city, '') as city,
        nullif(billing_address_state, '') as state,
        nullif(billing_address_postalcode, '') as postal_code,
        nullif(billing_address_country, '') as country,
        nullif(parent_id, '') as parent_account_record_id,
        nullif(assigned_user_id, '') as owner_user_record_id,
        cast(null as varchar) as acquisition_source,
        cast(null as varchar) as currency_code,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
)

select * from final
