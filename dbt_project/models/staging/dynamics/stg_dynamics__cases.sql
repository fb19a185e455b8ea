{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- a resolved case closed when its last resolution did
with

logged as (
    select * from {{ source('dynamics', 'incident') }}
    {{ latest_records() }}
),

labels as (
    select * from {{ ref('base_dynamics__labels') }}
),

resolutions as (
    select
        _source,
        _incidentid_value,
        max(coalesce(actualend, createdon)) as resolved_at
    from {{ source('dynamics', 'incidentresolution') }}
    group by _source, _incidentid_value
),

final as (
    select
        'dynamics' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        case when logged._customerid_type = 'account' then logged._customerid_value end as account_record_id,
        coalesce(
            case when logged._customerid_type = 'contact' then logged._customerid_value end,
            logged._primarycontactid_value
        ) as contact_record_id,
        case when logged._ownerid_type = 'systemuser' then logged._ownerid_value end as owner_user_record_id,
        logged.ticketnumber as case_number,
        case logged.statecode when 0 then 'Active' when 1 then 'Resolved' when 2 then 'Cancelled' end as case_status,
        priority.label as case_priority,
        case_type.label as case_type,
        origin.label as channel,
        logged.title as subject,
        logged.createdon as opened_at,
        case when logged.statecode in (1, 2) then coalesce(resolutions.resolved_at, logged.modifiedon) end as closed_at,
        logged.createdon as created_at,
        logged.modifiedon as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join labels as priority
        on
            logged._source = priority._source
            and priority.objecttypecode = 'incident'
            and priority.attributename = 'prioritycode'
            and logged.prioritycode = priority.attributevalue
    left join labels as case_type
        on
            logged._source = case_type._source
            and case_type.objecttypecode = 'incident'
            and case_type.attributename = 'casetypecode'
            and logged.casetypecode = case_type.attributevalue
    left join labels as origin
        on
            logged._source = origin._source
            and origin.objecttypecode = 'incident'
            and origin.attributename = 'caseorigincode'
            and logged.caseorigincode = origin.attributevalue
    left join resolutions
        on
            logged._source = resolutions._source
            and logged.incidentid = resolutions._incidentid_value
)

select * from final
