{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('zoho', 'leads') }}
),

final as (
    select
        'zoho' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.First_Name as first_name,
        logged.Last_Name as last_name,
        logged.Company as company_name,
        logged.Email as email,
        logged.Phone as phone,
        logged.Mobile as mobile_phone,
        logged.Designation as job_title,
        logged.Street as street,
        logged.City as city,
        logged.State as state,
        logged.Zip_Code as postal_code,
        logged.Country as country,
        logged.Lead_Status as lead_status,
        logged.Lead_Source as acquisition_source,
        logged.Owner as owner_user_record_id,
        coalesce(logged.Converted__s, false) as is_converted,
        cast(logged.Converted_Date_Time as date) as converted_date,
        logged.Converted_Account as converted_account_record_id,
        logged.Converted_Contact as converted_contact_record_id,
        logged.Converted_Deal as converted_opportunity_record_id,
        logged.Created_Time as created_at,
        logged.Modified_Time as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
)

select * from final
