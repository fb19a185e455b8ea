{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- a case closed when its last change to a closed state was audited, else when it was last changed
with

logged as (
    select * from {{ source('suitecrm', 'cases') }}
    {{ latest_records() }}
),

closings as (
    select
        _source as source_instance,
        parent_id as case_id,
        max(date_created) as closed_at
    from {{ source('suitecrm', 'cases_audit') }}
    where field_name in ('state', 'status') and after_value_string like 'Closed%'
    group by _source, parent_id
),

contacts as (
    select * from {{ ref('base_suitecrm__links') }}
    where relation = 'contacts_cases'
),

told as (
    select
        {{ record_keys('suitecrm') }},
        nullif(account_id, '') as account_record_id,
        nullif(contact_created_by_id, '') as reporter_record_id,
        nullif(assigned_user_id, '') as owner_user_record_id,
        cast(case_number as varchar) as case_number,
        {{ decoded('status') }} as case_status,
        {{ decoded('priority') }} as case_priority,
        {{ decoded('type') }} as case_type,
        cast(null as varchar) as channel,
        {{ decoded('name') }} as subject,
        coalesce(state = 'Closed' or status like 'Closed%', false) as is_closed,
        date_entered as opened_at,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
),

final as (
    select
        {{ all_columns_but(['reporter_record_id', 'is_closed'], 'told') }},
        coalesce(contacts.linked_record_id, told.reporter_record_id) as contact_record_id,
        case when told.is_closed then coalesce(closings.closed_at, told.modified_at) end as closed_at
    from told
    left join closings
        on
            told.source_instance = closings.source_instance
            and told.source_record_id = closings.case_id
    left join contacts
        on
            told.source_instance = contacts.source_instance
            and told.source_record_id = contacts.record_id
)

select * from final
