with

logged as (
    select * from {{ source('hubspot', 'campaigns') }}
    {{ latest_records() }}
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.hs_name as campaign_name,
        cast(null as varchar) as campaign_type,
        logged.hs_campaign_status as campaign_status,
        logged.hs_start_date as start_date,
        logged.hs_end_date as end_date,
        cast(logged.hs_budget_items_sum_amount as decimal(18, 2)) as budgeted_cost_amount,
        cast(logged.hs_spend_items_sum_amount as decimal(18, 2)) as actual_cost_amount,
        logged.hs_currency_code as currency_code,
        logged.createdAt as created_at,
        logged.updatedAt as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
)

select * from final
