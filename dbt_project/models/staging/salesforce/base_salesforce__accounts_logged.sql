{{ config(materialized='view') }}
-- a person account keeps its own names and e-mail; its contact is a record of its own
with

final as (
    select
        {{ record_keys('salesforce') }},
        Name as account_name,
        coalesce(IsPersonAccount, false) as is_person,
        FirstName as first_name,
        LastName as last_name,
        cast(null as varchar) as tax_id,
        PersonEmail as email,
        Phone as phone,
        Website as website,
        Industry as industry,
        BillingStreet as street,
        BillingCity as city,
        BillingState as state,
        BillingPostalCode as postal_code,
        BillingCountry as country,
        ParentId as parent_account_record_id,
        OwnerId as owner_user_record_id,
        AccountSource as acquisition_source,
        {{ currency_of('CurrencyIsoCode') }} as currency_code,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from {{ source('salesforce', 'account') }}
)

select * from final
