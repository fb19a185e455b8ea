-- costs at the rate of the campaign's first day
with

campaigns as (
    select
        *,
        coalesce(start_date, end_date) as rate_date
    from {{ ref('int_campaigns__unioned') }}
),

rates as (
    select * from {{ ref('int_exchange_rates__applied') }}
),

converted as (
    select
        campaigns.*,
        {{ reporting_amount('campaigns.budgeted_cost_amount', 'campaigns.currency_code', 'rates') }}
            as budgeted_cost_reporting_amount,
        {{ reporting_amount('campaigns.actual_cost_amount', 'campaigns.currency_code', 'rates') }}
            as actual_cost_reporting_amount
    from campaigns
    left join rates
        on
            campaigns.currency_code = rates.currency_code
            and campaigns.rate_date = rates.rate_date
),

final as (
    select
        {{ record_id() }} as campaign_id,
        source_system,
        source_instance,
        source_record_id,
        campaign_name,
        campaign_type,
        campaign_status,
        start_date,
        end_date,
        budgeted_cost_amount,
        actual_cost_amount,
        currency_code,
        budgeted_cost_reporting_amount,
        actual_cost_reporting_amount,
        (budgeted_cost_amount is not null and budgeted_cost_reporting_amount is null)
        or (actual_cost_amount is not null and actual_cost_reporting_amount is null) as is_rate_missing,
        is_deleted,
        delete_reason,
        created_at,
        modified_at
    from converted
)

select * from final
