{{ config(materialized='view') }}
with

final as (
    select
        {{ record_keys('salesforce') }},
        AccountId as account_record_id,
        FirstName as first_name,
        LastName as last_name,
        Birthdate as birth_date,
        cast(null as varchar) as national_id,
        Email as email,
        Phone as phone,
        MobilePhone as mobile_phone,
        Title as job_title,
        MailingStreet as street,
        MailingCity as city,
        MailingState as state,
        MailingPostalCode as postal_code,
        MailingCountry as country,
        OwnerId as owner_user_record_id,
        LeadSource as acquisition_source,
        HasOptedOutOfEmail as has_opted_out_of_email,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from {{ source('salesforce', 'contact') }}
)

select * from final
