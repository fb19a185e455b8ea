{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('suitecrm', 'contacts') }}
),

accounts as (
    select * from {{ ref('base_suitecrm__links') }}
    where relation = 'accounts_contacts'
),

emails as (
    select * from {{ ref('base_suitecrm__email_addresses') }}
    where bean_module = 'Contacts' and place = 1
),

told as (
    select
        {{ record_keys('suitecrm') }},
        {{ decoded('first_name') }} as first_name,
        {{ decoded('last_name') }} as last_name,
        birthdate as birth_date,
        cast(null as varchar) as national_id,
        {{ decoded('coalesce(nullif(phone_work, \'\'), nullif(phone_home, \'\'), phone_other)') }} as phone,
        {{ decoded('phone_mobile') }} as mobile_phone,
        {{ decoded('title') }} as job_title,
        {{ decoded('primary_address_street') }} as street,
        {{ decoded('primary_address_city') }} as city,
        {{ decoded('primary_address_state') }} as state,
        {{ decoded('primary_address_postalcode') }} as postal_code,
        {{ decoded('primary_address_country') }} as country,
        nullif(assigned_user_id, '') as owner_user_record_id,
        {{ decoded('lead_source') }} as acquisition_source,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
),

final as (
    select
        told.*,
        accounts.linked_record_id as account_record_id,
        emails.email_address as email,
        emails.has_opted_out as has_opted_out_of_email
    from told
    left join accounts
        on
            told.source_instance = accounts.source_instance
            and told.source_record_id = accounts.record_id
    left join emails
        on
            told.source_instance = emails.source_instance
            and told.source_record_id = emails.bean_id
)

select * from final
