with

latest as (
    select * from {{ source('salesforce', 'campaign') }}
    {{ latest_records() }}
),

final as (
    select
        {{ record_keys('salesforce') }},
        Name as campaign_name,
        Type as campaign_type,
        Status as campaign_status,
        StartDate as start_date,
        EndDate as end_date,
        cast(BudgetedCost as decimal(18, 2)) as budgeted_cost_amount,
        cast(ActualCost as decimal(18, 2)) as actual_cost_amount,
        {{ currency_of('CurrencyIsoCode') }} as currency_code,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from latest
)

select * from final
