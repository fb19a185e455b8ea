-- fiscal years are named after the calendar year in which they end
{%- set start_month = var('fiscal_year_start_month') | int %}
with

days as (
    {{ date_spine('day', "cast('2000-01-01' as date)", dateadd('year', 2, as_of())) }}
),

parts as (
    select
        cast(date_day as date) as date_day,
        cast(extract(year from date_day) as integer) as calendar_year,
        cast(extract(quarter from date_day) as integer) as calendar_quarter,
        cast(extract(month from date_day) as integer) as calendar_month,
        cast({{ date_trunc('week', 'date_day') }} as date) as week_start_date,
        cast({{ date_trunc('month', 'date_day') }} as date) as month_start_date
    from days
),

final as (
    select
        date_day,
        calendar_year,
        calendar_quarter,
        calendar_month,
        week_start_date,
        month_start_date,
        calendar_year + case when {{ start_month }} > 1 and calendar_month >= {{ start_month }} then 1 else 0 end
            as fiscal_year,
        cast(floor(((calendar_month - {{ start_month }} + 12) % 12) / 3.0) as integer) + 1 as fiscal_quarter,
        date_day <= {{ as_of() }} as is_past
    from parts
)

select * from final
