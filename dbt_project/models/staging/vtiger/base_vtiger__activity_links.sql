{{ config(materialized='view') }}
-- contacts have a table of their own; of several records of one module the first that was made counts
with

latest_records as (
    select * from {{ source('vtiger', 'vtiger_seactivityrel') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

latest_contacts as (
    select * from {{ source('vtiger', 'vtiger_cntactivityrel') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

entities as (
    select * from {{ ref('base_vtiger__entities') }}
),

links as (
    select
        latest_records._source,
        latest_records.activityid,
        latest_records.crmid,
        entities.setype
    from latest_records
    inner join entities
        on
            latest_records._source = entities._source
            and latest_records.crmid = entities.crmid
    where latest_records._op <> 'delete'
    union all
    select
        _source,
        activityid,
        contactid,
        'Contacts'
    from latest_contacts
    where _op <> 'delete'
),

final as (
    select
        _source,
        activityid,
        min(case when setype = 'Accounts' then crmid end) as account_crmid,
        min(case when setype = 'Contacts' then crmid end) as contact_crmid,
        min(case when setype = 'Leads' then crmid end) as lead_crmid,
        min(case when setype = 'Potentials' then crmid end) as potential_crmid
    from links
    group by _source, activityid
)

select * from final
