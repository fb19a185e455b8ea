-- the months of the forecast add up to its total, the deals to the same, and every open deal is in it
with

months as (
    select
        sum(open_opportunity_count) as deals,
        sum(open_amount) as open_amount,
        sum(weighted_amount) as weighted_amount,
        sum(pipeline_amount + best_case_amount + most_likely_amount + commit_amount + other_category_amount)
            as category_amount,
        sum(forecast_amount) as forecast_amount
    from {{ ref('pipeline_forecast') }}
    where forecast_period <> 'total'
),

total as (
    select * from {{ ref('pipeline_forecast') }}
    where forecast_period = 'total'
),

deals as (
    select
        count(*) as deals,
        sum(opportunity_reporting_amount) as open_amount,
        sum(weighted_amount) as weighted_amount,
        sum(expected_amount) as expected_amount
    from {{ ref('opportunity_forecasts') }}
),

facts as (
    select count(*) as deals, sum(opportunity_reporting_amount) as open_amount
    from {{ ref('fct_opportunities') }}
    where is_open
)

select months.*, deals.*, facts.*
from months
cross join deals
cross join facts
left join total on true
where
    facts.deals <> deals.deals
    or facts.deals <> coalesce(total.open_opportunity_count, 0)
    or months.deals <> total.open_opportunity_count
    or months.open_amount <> total.open_amount
    or facts.open_amount <> total.open_amount
    or months.category_amount <> total.open_amount
    or months.weighted_amount <> total.weighted_amount
    or deals.weighted_amount <> total.weighted_amount
    or months.forecast_amount <> total.forecast_amount
    or deals.expected_amount <> total.forecast_amount
