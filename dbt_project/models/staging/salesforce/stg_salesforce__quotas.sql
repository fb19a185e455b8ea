-- a quota says when its period begins; an org forecasts by month or by quarter, so the shortest way from one beginning
-- to another is how long all its periods are, and a quarter where there is only one
with

latest as (
    select * from {{ source('salesforce', 'forecasting_quota') }}
    {{ latest_records() }}
),

beginnings as (
    select distinct _source, StartDate
    from latest
),

distances as (
    select
        _source,
        {{ datediff("lag(StartDate) over (partition by _source order by StartDate)", "StartDate", "month") }} as months
    from beginnings
),

periods as (
    select
        _source,
        coalesce(least(min(months), 3), 3) as months
    from distances
    group by _source
),

dated as (
    select latest.*, periods.months
    from latest
    inner join periods on latest._source = periods._source
),

final as (
    select
        {{ record_keys('salesforce') }},
        QuotaOwnerId as user_record_id,
        StartDate as period_start_date,
        cast({{ dateadd("month", "months", "StartDate") }} as date) as period_end_date,
        cast(QuotaAmount as decimal(18, 2)) as quota_amount,
        {{ currency_of('CurrencyIsoCode') }} as currency_code,
        CreatedDate as created_at,
        SystemModstamp as modified_at,
        {{ record_state() }}
    from dated
)

select * from final
