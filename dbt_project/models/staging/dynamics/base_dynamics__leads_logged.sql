{{ config(materialized='view') }}
-- a lead is converted by qualifying it; when that happened Dataverse does not keep on the record
with

logged as (
    select * from {{ source('dynamics', 'lead') }}
),

labels as (
    select * from {{ ref('base_dynamics__labels') }}
),

final as (
    select
        'dynamics' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.firstname as first_name,
        logged.lastname as last_name,
        logged.companyname as company_name,
        logged.emailaddress1 as email,
        logged.telephone1 as phone,
        logged.mobilephone as mobile_phone,
        logged.jobtitle as job_title,
        logged.address1_line1 as street,
        logged.address1_city as city,
        logged.address1_stateorprovince as state,
        logged.address1_postalcode as postal_code,
        logged.address1_country as country,
        case logged.statecode when 0 then 'Open' when 1 then 'Qualified' when 2 then 'Disqualified' end as lead_status,
        lead_source.label as acquisition_source,
        case when logged._ownerid_type = 'systemuser' then logged._ownerid_value end as owner_user_record_id,
        coalesce(logged.statecode = 1, false) as is_converted,
        cast(null as date) as converted_date,
        case when logged.statecode = 1 then logged._parentaccountid_value end as converted_account_record_id,
        case when logged.statecode = 1 then logged._parentcontactid_value end as converted_contact_record_id,
        logged._qualifyingopportunityid_value as converted_opportunity_record_id,
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
            and lead_source.objecttypecode = 'lead'
            and lead_source.attributename = 'leadsourcecode'
            and logged.leadsourcecode = lead_source.attributevalue
)

select * from final
