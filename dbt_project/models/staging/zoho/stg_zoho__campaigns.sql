{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
with

logged as (
    select * from {{ source('zoho', 'campaigns') }}
    {{ latest_records() }}
),

home_currencies as (
    select * from {{ ref('base_zoho__home_currencies') }}
),

final as (
    select
        'zoho' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.Campaign_Name as campaign_name,
        logged.Type as campaign_type,
        logged.Status as campaign_status,
        logged.Start_Date as start_date,
        logged.End_Date as end_date,
        cast(logged.Budgeted_Cost as decimal(18, 2)) as budgeted_cost_amount,
        cast(logged.Actual_Cost as decimal(18, 2)) as actual_cost_amount,
        coalesce(logged.Currency, home_currencies.iso_code) as currency_code,
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
