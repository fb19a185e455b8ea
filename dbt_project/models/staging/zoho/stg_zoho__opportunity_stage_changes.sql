{{ config(materialized='table') }}
-- built whole each night: the stage before a change is another record
with

logged as (
    select * from {{ source('zoho', 'stage_history') }}
    {{ latest_records() }}
),

final as (
    select
        'zoho' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.Parent_Id as opportunity_record_id,
        logged.Stage as stage_name,
        lag(logged.Stage) over (
            partition by logged._source, logged.Parent_Id order by logged.Modified_Time, logged._record_id
        ) as previous_stage_name,
        cast(logged.Amount as decimal(18, 2)) as amount,
        cast(logged.Probability * 0.01 as decimal(9, 4)) as probability_rate,
        logged.Closing_Date as close_date,
        logged.Modified_Time as changed_at,
        logged.Modified_Time as created_at,
        logged.Modified_Time as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from logged
)

select * from final
