{%- set tomorrow = dateadd('day', 1, as_of()) -%}
with

deals as (
    select
        *,
        -- a deal that should have been closed by now, or has no plan, is planned for the next day
        cast({{ date_trunc('month', 'greatest(coalesce(close_date, ' ~ tomorrow ~ '), ' ~ tomorrow ~ ')') }} as date)
            as month_start_date
    from {{ ref('opportunity_forecasts') }}
),

expected as (
    select
        month_start_date,
        {{ amount_of_cents('sum(expected_cents)') }} as forecast_amount
    from {{ source('analytics', 'opportunity_forecast_months') }}
    group by month_start_date
),

intervals as (
    select * from {{ source('analytics', 'pipeline_intervals') }}
),

methods as (
    select forecast_method, forecast_reason, forecast_method <> 'not measurable' as is_measured
    from intervals
    where month_start_date is null
),

backtests as (
    select
        count(*) as backtest_count,
        avg(case when actual_cents between low_cents and high_cents then 1.0 else 0.0 end) as backtest_within_rate,
        avg({{ rate_of('abs(forecast_cents - actual_cents)', 'actual_cents') }}) as backtest_error_rate
    from {{ source('analytics', 'pipeline_backtests') }}
),

months as (
    select month_start_date from deals
    union
    select month_start_date from expected
    union
    select month_start_date
    from intervals
    where month_start_date is not null
),

-- every deal is in the month of its plan and in the total, whatever its forecast category
periods as (
    select
        cast(month_start_date as varchar) as forecast_period,
        month_start_date,
        month_start_date as first_month,
        month_start_date as last_month
    from months
    union all
    select 'total', null, min(month_start_date), max(month_start_date)
    from months
    having count(*) > 0
),

planned as (
    select
        periods.forecast_period,
        count(*) as open_opportunity_count,
        coalesce(sum(deals.opportunity_reporting_amount), 0) as open_amount,
        coalesce(sum(deals.weighted_amount), 0) as weighted_amount,
        {%- for category in ['pipeline', 'best_case', 'most_likely', 'commit'] %}
        sum(case when deals.forecast_category = '{{ category }}' then deals.opportunity_reporting_amount else 0 end)
            as {{ category }}_amount,
        {%- endfor %}
        sum(case when deals.win_rate is null then 1 else 0 end) as unmeasured_opportunity_count
    from periods
    inner join deals on deals.month_start_date between periods.first_month and periods.last_month
    group by periods.forecast_period
),

forecast as (
    select periods.forecast_period, sum(expected.forecast_amount) as forecast_amount
    from periods
    inner join expected on expected.month_start_date between periods.first_month and periods.last_month
    group by periods.forecast_period
),

final as (
    select
        left(periods.forecast_period, 7) as forecast_period,
        periods.month_start_date,
        {{ as_of() }} as as_of_date,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(coalesce(planned.open_opportunity_count, 0) as integer) as open_opportunity_count,
        cast(coalesce(planned.open_amount, 0) as decimal(18, 2)) as open_amount,
        cast(coalesce(planned.weighted_amount, 0) as decimal(18, 2)) as weighted_amount,
        {%- for category in ['pipeline', 'best_case', 'most_likely', 'commit'] %}
        cast(coalesce(planned.{{ category }}_amount, 0) as decimal(18, 2)) as {{ category }}_amount,
        {%- endfor %}
        cast(
            coalesce(
                planned.open_amount - planned.pipeline_amount - planned.best_case_amount - planned.most_likely_amount
                - planned.commit_amount, 0
            ) as decimal(18, 2)
        ) as other_category_amount,
        cast(case when methods.is_measured then coalesce(forecast.forecast_amount, 0) end as decimal(18, 2))
            as forecast_amount,
        case when methods.is_measured then {{ amount_of_cents('coalesce(intervals.low_cents, 0)') }} end
            as forecast_low_amount,
        case when methods.is_measured then {{ amount_of_cents('coalesce(intervals.high_cents, 0)') }} end
            as forecast_high_amount,
        cast(coalesce(planned.unmeasured_opportunity_count, 0) as integer) as unmeasured_opportunity_count,
        coalesce(methods.forecast_method, 'not measurable') as forecast_method,
        methods.forecast_reason,
        cast(backtests.backtest_count as integer) as backtest_count,
        cast(backtests.backtest_within_rate as decimal(9, 4)) as backtest_within_rate,
        cast(backtests.backtest_error_rate as decimal(9, 4)) as backtest_error_rate
    from periods
    left join planned on periods.forecast_period = planned.forecast_period
    left join forecast on periods.forecast_period = forecast.forecast_period
    left join intervals on periods.month_start_date is not distinct from intervals.month_start_date
    left join methods on true
    cross join backtests
)

select * from final
