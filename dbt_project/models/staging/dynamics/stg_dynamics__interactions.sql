{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- the direction is kept by the table of the activity's own type, which shares its id
with

logged as (
    select * from {{ source('dynamics', 'activitypointer') }}
    {{ latest_records() }}
),

emails as (
    select * from {{ source('dynamics', 'email') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

calls as (
    select * from {{ source('dynamics', 'phonecall') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

final as (
    select
        'dynamics' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        case
            when logged._regardingobjectid_type = 'account' then logged._regardingobjectid_value
        end as account_record_id,
        case
            when logged._regardingobjectid_type = 'contact' then logged._regardingobjectid_value
        end as contact_record_id,
        case
            when logged._regardingobjectid_type = 'lead' then logged._regardingobjectid_value
        end as lead_record_id,
        case
            when logged._regardingobjectid_type = 'opportunity' then logged._regardingobjectid_value
        end as opportunity_record_id,
        case when logged._ownerid_type = 'systemuser' then logged._ownerid_value end as owner_user_record_id,
        case logged.activitytypecode
            when 'email' then 'email'
            when 'phonecall' then 'call'
            when 'appointment' then 'meeting'
            when 'msdyn_ocliveworkitem' then 'chat'
            else 'task'
        end as interaction_type,
        case coalesce(emails.directioncode, calls.directioncode)
            when true then 'outbound' when false then 'inbound'
        end as direction,
        logged.subject,
        coalesce(logged.actualend, logged.senton, logged.scheduledstart, logged.createdon) as occurred_at,
        logged.actualdurationminutes * 60 as duration_seconds,
        coalesce(logged.statecode = 1, false) as is_completed,
        logged.createdon as created_at,
        logged.modifiedon as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join emails
        on
            logged._source = emails._source
            and logged.activityid = emails.activityid
    left join calls
        on
            logged._source = calls._source
            and logged.activityid = calls.activityid
)

select * from final
