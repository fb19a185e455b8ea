{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
with

logged as (
    select * from {{ source('hubspot', 'deal_stage_history') }}
    {{ latest_records() }}
),

stages as (
    select * from {{ ref('base_hubspot__stages') }}
),

named as (
    select
        logged.*,
        coalesce(stages.label, logged.value) as stage_name,
        stages.probability_rate
    from logged
    left join stages
        on
            logged._source = stages._source
            and stages.object = 'deals'
            and logged.value = stages.stage_id
),

final as (
    select
        'hubspot' as source_system,
        logged._source as source_instance,
        logged._record_id as source_record_id,
        logged.deal_id as opportunity_record_id,
        logged.stage_name,
        lag(logged.stage_name) over (
            partition by logged._source, logged.deal_id order by logged.timestamp, logged.value
        ) as previous_stage_name,
        cast(null as decimal(18, 2)) as amount,
        cast(logged.probability_rate as decimal(9, 4)) as probability_rate,
        cast(null as date) as close_date,
        logged.timestamp as changed_at,
        logged.timestamp as created_at,
        logged.timestamp as modified_at,
        logged._op = 'delete' as is_deleted,
        case when logged._op = 'delete' then coalesce(logged._source_modified_at, logged._loaded_at) end as deleted_at,
        logged._delete_reason as delete_reason,
        logged._merged_into as merged_into_record_id,
        logged._loaded_at as loaded_at
    from named as logged
)

select * from final
