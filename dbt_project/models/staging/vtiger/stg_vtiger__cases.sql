{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- parent_id is an account, in older versions a contact as well; a closed ticket was closed when it was last saved
with

logged as (
    select * from {{ source('vtiger', 'vtiger_troubletickets') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

entities as (
    select * from {{ ref('base_vtiger__entities') }}
),

owning_groups as (
    select * from {{ ref('base_vtiger__groups') }}
),

joined as (
    select
        logged.*,
        entities.setype,
        owning_groups.groupid
    from logged
    left join entities
        on
            logged._source = entities._source
            and logged.parent_id = entities.crmid
    left join owning_groups
        on
            logged._source = owning_groups._source
            and logged.smownerid = owning_groups.groupid
),

final as (
    select
        {{ record_keys('vtiger') }},
        case when setype = 'Accounts' then cast(parent_id as varchar) end as account_record_id,
        cast(
            coalesce(nullif(contact_id, 0), case when setype = 'Contacts' then parent_id end) as varchar
        ) as contact_record_id,
        case when groupid is null then cast(nullif(smownerid, 0) as varchar) end as owner_user_record_id,
        {{ decoded('ticket_no') }} as case_number,
        {{ decoded('status') }} as case_status,
        {{ decoded('priority') }} as case_priority,
        {{ decoded('category') }} as case_type,
        cast(null as varchar) as channel,
        {{ decoded('title') }} as subject,
        {{ in_utc('createdtime') }} as opened_at,
        case when status = 'Closed' then {{ in_utc('modifiedtime') }} end as closed_at,
        {{ in_utc('createdtime') }} as created_at,
        {{ in_utc('modifiedtime') }} as modified_at,
        {{ record_state() }}
    from joined
)

select * from final
