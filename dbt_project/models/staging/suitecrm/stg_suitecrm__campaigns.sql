{{ config(materialized='table') }}
-- built whole each night: what is joined may change without the record
with

logged as (
    select * from {{ source('suitecrm', 'campaigns') }}
    {{ latest_records() }}
),

currencies as (
    select * from {{ ref('base_suitecrm__currencies') }}
),

told as (
    select
        {{ record_keys('suitecrm') }},
        coalesce(nullif(currency_id, ''), '-99') as currency_id,
        {{ decoded('name') }} as campaign_name,
        {{ decoded('campaign_type') }} as campaign_type,
        {{ decoded('status') }} as campaign_status,
        start_date,
        end_date,
        cast(budget as decimal(18, 2)) as budgeted_cost_amount,
        cast(actual_cost as decimal(18, 2)) as actual_cost_amount,
        date_entered as created_at,
        date_modified as modified_at,
        {{ record_state() }}
    from logged
),

final as (
    select
        {{ all_columns_but(['currency_id'], 'told') }},
        currencies.currency_code
    from told
    left join currencies
        on
            told.source_instance = currencies.source_instance
            and told.currency_id = currencies.currency_id
)

select * from final
