{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
-- a campaign has a day on which it ends and none on which it starts; its costs are in the base currency
with

logged as (
    select * from {{ source('vtiger', 'vtiger_campaign') }}
    qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1
),

currencies as (
    select * from {{ ref('base_vtiger__currencies') }}
    where is_base
),

joined as (
    select
        logged.*,
        currencies.currency_code
    from logged
    left join currencies on logged._source = currencies._source
),

final as (
    select
        {{ record_keys('vtiger') }},
        {{ decoded('campaignname') }} as campaign_name,
        {{ decoded('campaigntype') }} as campaign_type,
        {{ decoded('campaignstatus') }} as campaign_status,
        cast(createdtime as date) as start_date,
        closingdate as end_date,
        cast(budgetcost as decimal(18, 2)) as budgeted_cost_amount,
        cast(actualcost as decimal(18, 2)) as actual_cost_amount,
        currency_code,
        {{ in_utc('createdtime') }} as created_at,
        {{ in_utc('modifiedtime') }} as modified_at,
        {{ record_state() }}
    from joined
)

select * from final
