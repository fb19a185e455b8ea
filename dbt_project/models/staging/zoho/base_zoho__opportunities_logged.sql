{{ config(materialized='view') }}
-- a stage brings its probability: 100 is won and 0 is lost, whatever an organization calls its stages
with

logged as (
    select * from {{ source('zoho', 'deals') }}
),

home_currencies as (
    select * from {{ ref('base_zoho__home_currencies') }}
),

final as (
    select
        'zoho' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.Account_Name as account_record_id,
        logged.Contact_Name as contact_record_id,
        logged.Campaign_Source as campaign_record_id,
        logged.Owner as owner_user_record_id,
        logged.Deal_Name as opportunity_name,
        logged.Stage as stage_name,
        logged.Type as opportunity_type,
        logged.Lead_Source as acquisition_source,
        cast(logged.Amount as decimal(18, 2)) as amount,
        coalesce(logged.Currency, home_currencies.iso_code) as currency_code,
        cast(logged.Probability * 0.01 as decimal(9, 4)) as probability_rate,
        cast(null as varchar) as forecast_category,
        logged.Closing_Date as close_date,
        coalesce(logged.Probability in (0, 100) or lower(logged.Stage) like 'closed%', false) as is_closed,
        coalesce(logged.Probability = 100 or lower(logged.Stage) = 'closed won', false) as is_won,
        logged.Created_Time as created_at,
        logged.Modified_Time as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
    left join home_currencies on logged._source = home_currencies._source
)

select * from final
