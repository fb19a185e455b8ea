{{ config(materialized='view') }}
with

final as (
    select
        {{ record_keys('salesforce') }},
        FirstName as first_name,
        LastName as last_name,
        Company as company_name,
        Email as email,
        Phone as phone,
        MobilePhone as mobile_phone,
        Title as job_title,
        Street as street,
        City as city,
        State as state,
        PostalCode as postal_code,
        Country as country,
        Status as lead_status,
        LeadSource as acquisition_source,
        OwnerId as owner_user_record_id,
        coalesce(IsConverted, false) as is_converted,
        ConvertedDate as converted_date,
        ConvertedAccountId as converted_account_record_id,
        ConvertedContactId as converted_contact_record_id,
        ConvertedOpportunityId as converted_opportunity_record_id,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from {{ source('salesforce', 'lead') }}
)

select * from final
