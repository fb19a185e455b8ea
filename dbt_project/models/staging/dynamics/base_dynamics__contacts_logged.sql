{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('dynamics', 'contact') }}
),

labels as (
    select * from {{ ref('base_dynamics__labels') }}
),

final as (
    select
        'dynamics' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        case
            when logged._parentcustomerid_type = 'account' then logged._parentcustomerid_value
        end as account_record_id,
        logged.firstname as first_name,
        logged.lastname as last_name,
        logged.birthdate as birth_date,
        logged.governmentid as national_id,
        logged.emailaddress1 as email,
        logged.telephone1 as phone,
        logged.mobilephone as mobile_phone,
        logged.jobtitle as job_title,
        logged.address1_line1 as street,
        logged.address1_city as city,
        logged.address1_stateorprovince as state,
        logged.address1_postalcode as postal_code,
        logged.address1_country as country,
        case when logged._ownerid_type = 'systemuser' then logged._ownerid_value end as owner_user_record_id,
        lead_source.label as acquisition_source,
        coalesce(logged.donotemail, false) or coalesce(logged.donotbulkemail, false) as has_opted_out_of_email,
        logged.createdon as created_at,
        logged.modifiedon as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join labels as lead_source
        on
            logged._source = lead_source._source
            and lead_source.objecttypecode = 'contact'
            and lead_source.attributename = 'leadsourcecode'
            and logged.leadsourcecode = lead_source.attributevalue
)

select * from final
