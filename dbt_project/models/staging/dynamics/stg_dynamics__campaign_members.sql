{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- Dataverse keeps who responded; whom a campaign targeted is in lists that it does not keep members of over time
with

logged as (
    select * from {{ source('dynamics', 'campaignresponse') }}
    {{ latest_records() }}
),

labels as (
    select * from {{ ref('base_dynamics__labels') }}
),

final as (
    select
        'dynamics' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged._regardingobjectid_value as campaign_record_id,
        case when logged._customer_type = 'contact' then logged._customer_value end as contact_record_id,
        case when logged._customer_type = 'lead' then logged._customer_value end as lead_record_id,
        response.label as member_status,
        false as is_control,
        true as has_responded,
        logged.receivedon as responded_at,
        logged.createdon as created_at,
        logged.modifiedon as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join labels as response
        on
            logged._source = response._source
            and response.objecttypecode = 'campaignresponse'
            and response.attributename = 'responsecode'
            and logged.responsecode = response.attributevalue
)

select * from final
