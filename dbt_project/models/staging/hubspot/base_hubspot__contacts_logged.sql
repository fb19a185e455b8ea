{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('hubspot', 'contacts') }}
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.associatedcompanyid as account_record_id,
        logged.firstname as first_name,
        logged.lastname as last_name,
        logged.date_of_birth as birth_date,
        cast(null as varchar) as national_id,
        logged.email,
        logged.phone,
        logged.mobilephone as mobile_phone,
        logged.jobtitle as job_title,
        logged.address as street,
        logged.city,
        logged.state,
        logged.zip as postal_code,
        logged.country,
        logged.hubspot_owner_id as owner_user_record_id,
        logged.hs_analytics_source as acquisition_source,
        coalesce(logged.hs_email_optout, false) as has_opted_out_of_email,
        logged.createdate as created_at,
        logged.lastmodifieddate as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
)

select * from final
