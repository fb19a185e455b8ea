{{ config(materialized='view') }}
with

logged as (
    select * from {{ source('hubspot', 'deals') }}
),

linked_records as (
    select * from {{ ref('base_hubspot__linked_records') }}
),

stages as (
    select * from {{ ref('base_hubspot__stages') }}
),

company_currencies as (
    select * from {{ ref('base_hubspot__company_currencies') }}
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        case when logged._op = 'delete' then companies.last_to_id else companies.to_id end as account_record_id,
        case when logged._op = 'delete' then contacts.last_to_id else contacts.to_id end as contact_record_id,
        cast(null as varchar) as campaign_record_id,
        logged.hubspot_owner_id as owner_user_record_id,
        logged.dealname as opportunity_name,
        coalesce(stages.label, logged.dealstage) as stage_name,
        logged.dealtype as opportunity_type,
        logged.hs_analytics_source as acquisition_source,
        cast(logged.amount as decimal(18, 2)) as amount,
        coalesce(logged.deal_currency_code, company_currencies.currency_code) as currency_code,
        cast(coalesce(logged.hs_deal_stage_probability, stages.probability_rate) as decimal(9, 4)) as probability_rate,
        case
            when logged.hs_manual_forecast_category = 'OMIT' then 'omitted'
            when
                logged.hs_manual_forecast_category in ('PIPELINE', 'BEST_CASE', 'MOST_LIKELY', 'COMMIT', 'CLOSED')
                then lower(logged.hs_manual_forecast_category)
        end as forecast_category,
        cast(logged.closedate as date) as close_date,
        coalesce(logged.hs_is_closed, stages.is_closed, false) as is_closed,
        coalesce(logged.hs_is_closed_won, stages.is_closed and stages.probability_rate = 1, false) as is_won,
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
            and companies.from_object = 'deals'
            and companies.to_object = 'companies'
            and logged.id = companies.from_id
    left join linked_records as contacts
        on
            logged._source = contacts._source
            and contacts.from_object = 'deals'
            and contacts.to_object = 'contacts'
            and logged.id = contacts.from_id
    left join stages
        on
            logged._source = stages._source
            and stages.object = 'deals'
            and logged.dealstage = stages.stage_id
    left join company_currencies on logged._source = company_currencies._source
)

select * from final
