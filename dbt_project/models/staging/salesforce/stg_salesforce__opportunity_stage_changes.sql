with

latest as (
    select * from {{ source('salesforce', 'opportunity_history') }}
    {{ latest_records() }}
),

final as (
    select
        {{ record_keys('salesforce') }},
        OpportunityId as opportunity_record_id,
        StageName as stage_name,
        FromOpportunityStageName as previous_stage_name,
        cast(Amount as decimal(18, 2)) as amount,
        cast(Probability * 0.01 as decimal(9, 4)) as probability_rate,
        CloseDate as close_date,
        CreatedDate as changed_at,
        CreatedDate as created_at,
        CreatedDate as modified_at,
        {{ record_state() }}
    from latest
)

select * from final
