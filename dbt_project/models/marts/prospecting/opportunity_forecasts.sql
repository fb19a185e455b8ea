with

deals as (
    select * from {{ ref('fct_opportunities') }}
    where is_open
),

forecasts as (
    select * from {{ source('analytics', 'opportunity_forecasts') }}
),

-- cents of each month, so that the deals and the months of the forecast add up to the same
expected as (
    select opportunity_id, sum(expected_cents) as expected_cents
    from {{ source('analytics', 'opportunity_forecast_months') }}
    group by opportunity_id
),

users as (
    select * from {{ ref('dim_users') }}
),

final as (
    select
        deals.opportunity_id,
        deals.customer_id,
        deals.opportunity_name,
        deals.owner_user_id,
        users.user_name as owner_name,
        deals.stage_name,
        deals.forecast_category,
        deals.created_date,
        deals.days_open,
        deals.close_date,
        coalesce(deals.close_date < {{ as_of() }}, false) as is_overdue,
        '{{ var("reporting_currency") }}' as currency_code,
        deals.opportunity_reporting_amount,
        deals.probability_rate,
        {{ average_amount(
            'deals.opportunity_reporting_amount * cast(deals.probability_rate * 10000 as integer)', 10000
        ) }} as weighted_amount,
        forecasts.win_rate,
        case
            when deals.opportunity_reporting_amount is not null and forecasts.win_rate is not null
                then {{ amount_of_cents('coalesce(expected.expected_cents, 0)') }}
        end as expected_amount,
        cast({{ dateadd('day', 'forecasts.days_to_win', as_of()) }} as date) as expected_close_date,
        coalesce(forecasts.forecast_method, 'not measurable') as forecast_method,
        forecasts.forecast_reason
    from deals
    left join forecasts on deals.opportunity_id = forecasts.opportunity_id
    left join expected on deals.opportunity_id = expected.opportunity_id
    left join users on deals.owner_user_id = users.user_id
)

select * from final
