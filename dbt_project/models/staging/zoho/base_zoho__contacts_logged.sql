{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('zoho', 'contacts') }}
),

final as (
    select
        'zoho' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.Account_Name as account_record_id,
        logged.First_Name as first_name,
        logged.Last_Name as last_name,
        logged.Date_of_Birth as birth_date,
        cast(null as varchar) as national_id,
        logged.Email as email,
        coalesce(logged.Phone, logged.Home_Phone) as phone,
        logged.Mobile as mobile_phone,
        logged.Title as job_title,
        logged.Mailing_Street as street,
        logged.Mailing_City as city,
        logged.Mailing_State as state,
        logged.Mailing_Zip as postal_code,
        logged.Mailing_Country as country,
        logged.Owner as owner_user_record_id,
        logged.Lead_Source as acquisition_source,
        coalesce(logged.Email_Opt_Out, false) as has_opted_out_of_email,
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
