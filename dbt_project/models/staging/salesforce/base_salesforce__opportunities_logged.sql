{{ config(materialized='view') }}
-- Probability is a percentage; ForecastCategory is a fixed list, its name whatever the org calls it
with

final as (
    select
        {{ record_keys('salesforce') }},
        AccountId as account_record_id,
        ContactId as contact_record_id,
        CampaignId as campaign_record_id,
        OwnerId as owner_user_record_id,
        Name as opportunity_name,
        StageName as stage_name,
        Type as opportunity_type,
        LeadSource as acquisition_source,
        cast(Amount as decimal(18, 2)) as amount,
        {{ currency_of('CurrencyIsoCode') }} as currency_code,
        cast(Probability * 0.01 as decimal(9, 4)) as probability_rate,
        case ForecastCategory
            when 'Pipeline' then 'pipeline'
            when 'BestCase' then 'best_case'
            when 'MostLikely' then 'most_likely'
            when 'Forecast' then 'commit'
            when 'Commit' then 'commit'
            when 'Omitted' then 'omitted'
            when 'Closed' then 'closed'
        end as forecast_category,
        CloseDate as close_date,
        coalesce(IsClosed, false) as is_closed,
        coalesce(IsWon, false) as is_won,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from {{ source('salesforce', 'opportunity') }}
)

select * from final
