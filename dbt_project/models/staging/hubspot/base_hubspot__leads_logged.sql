{{ config(materialized='view') }}
-- a lead is a contact that is or was in a stage of a lead; it is converted when it becomes an opportunity or a customer
with

logged as (
    select * from {{ source('hubspot', 'contacts') }}
),

stages as (
    select * from {{ ref('base_hubspot__stages') }}
),

lead_records as (
    select * from {{ source('hubspot', 'leads') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

-- the newest of a contact's leads
latest_leads as (
    select
        lead_records._source,
        lead_records.hs_primary_contact_id,
        stages.label
    from lead_records
    left join stages
        on
            lead_records._source = stages._source
            and stages.object = 'leads'
            and lead_records.hs_pipeline_stage = stages.stage_id
    where lead_records._op <> 'delete' and lead_records.hs_primary_contact_id is not null
    qualify
        row_number() over (
            partition by lead_records._source, lead_records.hs_primary_contact_id
            order by length(lead_records.id) desc, lead_records.id desc
        ) = 1
),

-- who once was a lead stays one
grown as (
    select
        *,
        bool_or(
            lifecyclestage in ('lead', 'marketingqualifiedlead', 'salesqualifiedlead')
            or hs_lifecyclestage_lead_date is not null
            or hs_lifecyclestage_marketingqualifiedlead_date is not null
            or hs_lifecyclestage_salesqualifiedlead_date is not null
        ) over (partition by _source, _record_id order by _loaded_at) as is_lead,
        coalesce(
            lifecyclestage in ('opportunity', 'customer', 'evangelist')
            or hs_lifecyclestage_opportunity_date is not null
            or hs_lifecyclestage_customer_date is not null, false
        ) as is_converted
    from logged
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.firstname as first_name,
        logged.lastname as last_name,
        logged.company as company_name,
        logged.email,
        logged.phone,
        logged.mobilephone as mobile_phone,
        logged.jobtitle as job_title,
        logged.address as street,
        logged.city,
        logged.state,
        logged.zip as postal_code,
        logged.country,
        coalesce(latest_leads.label, logged.hs_lead_status, logged.lifecyclestage) as lead_status,
        logged.hs_analytics_source as acquisition_source,
        logged.hubspot_owner_id as owner_user_record_id,
        logged.is_converted,
        case
            when logged.is_converted
                then
                    cast(
                        least(
                            logged.hs_lifecyclestage_opportunity_date, logged.hs_lifecyclestage_customer_date
                        ) as date
                    )
        end as converted_date,
        case when logged.is_converted then logged.associatedcompanyid end as converted_account_record_id,
        case when logged.is_converted then logged.id end as converted_contact_record_id,
        cast(null as varchar) as converted_opportunity_record_id,
        logged.createdate as created_at,
        logged.lastmodifieddate as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from grown as logged
    left join latest_leads
        on
            logged._source = latest_leads._source
            and logged.id = latest_leads.hs_primary_contact_id
    where logged.is_lead
)

select * from final
