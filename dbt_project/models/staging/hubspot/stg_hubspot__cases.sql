{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
with

logged as (
    select * from {{ source('hubspot', 'tickets') }}
    {{ latest_records() }}
),

linked_records as (
    select * from {{ ref('base_hubspot__linked_records') }}
),

stages as (
    select * from {{ ref('base_hubspot__stages') }}
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        case when logged._op = 'delete' then companies.last_to_id else companies.to_id end as account_record_id,
        case when logged._op = 'delete' then contacts.last_to_id else contacts.to_id end as contact_record_id,
        logged.hubspot_owner_id as owner_user_record_id,
        logged.id as case_number,
        coalesce(stages.label, logged.hs_pipeline_stage) as case_status,
        logged.hs_ticket_priority as case_priority,
        logged.hs_ticket_category as case_type,
        logged.source_type as channel,
        logged.subject,
        logged.createdate as opened_at,
        coalesce(
            logged.closed_date, case when stages.is_ticket_closed then logged.hs_lastmodifieddate end
        ) as closed_at,
        logged.createdate as created_at,
        logged.hs_lastmodifieddate as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join linked_records as companies
        on
            logged._source = companies._source
            and companies.from_object = 'tickets'
            and companies.to_object = 'companies'
            and logged.id = companies.from_id
    left join linked_records as contacts
        on
            logged._source = contacts._source
            and contacts.from_object = 'tickets'
            and contacts.to_object = 'contacts'
            and logged.id = contacts.from_id
    left join stages
        on
            logged._source = stages._source
            and stages.object = 'tickets'
            and logged.hs_pipeline_stage = stages.stage_id
)

select * from final
