{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('zoho', 'accounts') }}
),

home_currencies as (
    select * from {{ ref('base_zoho__home_currencies') }}
),

final as (
    select
        'zoho' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.Account_Name as account_name,
        false as is_person,
        cast(null as varchar) as first_name,
        cast(null as varchar) as last_name,
        cast(null as varchar) as tax_id,
        cast(null as varchar) as email,
        logged.Phone as phone,
        logged.Website as website,
        logged.Industry as industry,
        logged.Billing_Street as street,
        logged.Billing_City as city,
        logged.Billing_State as state,
        logged.Billing_Code as postal_code,
        logged.Billing_Country as country,
        logged.Parent_Account as parent_account_record_id,
        logged.Owner as owner_user_record_id,
        cast(null as varchar) as acquisition_source,
        coalesce(logged.Currency, home_currencies.iso_code) as currency_code,
        logged.Created_Time as created_at,
        logged.Modified_Time as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join home_currencies on logged._source = home_currencies._source
)

select * from final
