{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- when a member was added or responded is not kept, only how contacting them went
with

latest_contacts as (
    select * from {{ source('vtiger', 'vtiger_campaigncontrel') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

latest_leads as (
    select * from {{ source('vtiger', 'vtiger_campaignleadrel') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

statuses as (
    select
        _source,
        campaignrelstatusid,
        campaignrelstatus
    from {{ source('vtiger', 'vtiger_campaignrelstatus') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

members as (
    {{ union_by_name(['latest_contacts', 'latest_leads']) }}
),

joined as (
    select
        members.*,
        nullif(statuses.campaignrelstatus, '--None--') as campaignrelstatus
    from members
    left join statuses
        on
            members._source = statuses._source
            and members.campaignrelstatusid = statuses.campaignrelstatusid
),

final as (
    select
        {{ record_keys('vtiger') }},
        cast(campaignid as varchar) as campaign_record_id,
        cast(contactid as varchar) as contact_record_id,
        cast(leadid as varchar) as lead_record_id,
        {{ decoded('campaignrelstatus') }} as member_status,
        false as is_control,
        coalesce(campaignrelstatus = 'Contacted - Successful', false) as has_responded,
        cast(null as timestamp) as responded_at,
        cast(null as timestamp) as created_at,
        cast(null as timestamp) as modified_at,
        {{ record_state() }}
    from joined
)

select * from final
