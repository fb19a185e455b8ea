{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- who was sent a campaign is a member of it; who then followed a link in it, or filled in its form, has responded. A
-- target that became a lead is that lead
with

logged as (
    select * from {{ source('suitecrm', 'campaign_log') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

responses as (
    select
        _source as source_instance,
        campaign_id,
        target_id,
        min(activity_date) as responded_at
    from logged
    where activity_type in ('link', 'contact', 'lead') and _op <> 'delete'
    group by _source, campaign_id, target_id
),

targets as (
    select
        _source as source_instance,
        _record_id as target_id,
        nullif(lead_id, '') as lead_record_id
    from {{ source('suitecrm', 'prospects') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

told as (
    select
        {{ record_keys('suitecrm') }},
        nullif(campaign_id, '') as campaign_record_id,
        case when target_type = 'Contacts' then target_id end as contact_record_id,
        case when target_type = 'Leads' then target_id end as target_lead_record_id,
        target_id,
        false as is_control,
        activity_date as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
    where activity_type = 'targeted'
),

final as (
    select
        {{ all_columns_but(['target_id', 'target_lead_record_id'], 'told') }},
        coalesce(told.target_lead_record_id, targets.lead_record_id) as lead_record_id,
        case when responses.target_id is null then 'targeted' else 'responded' end as member_status,
        responses.target_id is not null as has_responded,
        responses.responded_at
    from told
    left join responses
        on
            told.source_instance = responses.source_instance
            and told.campaign_record_id = responses.campaign_id
            and told.target_id = responses.target_id
    left join targets
        on
            told.source_instance = targets.source_instance
            and told.target_id = targets.target_id
)

select * from final
