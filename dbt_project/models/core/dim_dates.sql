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
        cast({{ date_trunc('month', 'date_day') }} as date) as month_start_date,
        cast({{ date_trunc('quarter', 'date_day') }} as date) as quarter_start_date
    from days
),

fiscal as (
    select
        *,
        calendar_year + case when {{ start_month }} > 1 and calendar_month >= {{ start_month }} then 1 else 0 end
            as fiscal_year,
        ((calendar_month - {{ start_month }} + 12) % 12) + 1 as fiscal_month
    from parts
),

numbered as (
    select
        *,
        cast(floor((fiscal_month - 1) / 3.0) as integer) + 1 as fiscal_quarter,
        'FY' || cast(fiscal_year as varchar) as fiscal_year_name
    from fiscal
),

final as (
    select
        date_day,
        calendar_year,
        calendar_quarter,
        calendar_month,
        week_start_date,
        month_start_date,
        quarter_start_date,
        fiscal_year,
        fiscal_year_name,
        cast({{ dateadd('month', '1 - fiscal_month', 'month_start_date') }} as date) as fiscal_year_start_date,
        fiscal_quarter,
        fiscal_year_name || '-Q' || cast(fiscal_quarter as varchar) as fiscal_quarter_name,
        cast({{ dateadd('month', '-((fiscal_month - 1) % 3)', 'month_start_date') }} as date)
            as fiscal_quarter_start_date,
        fiscal_month,
        fiscal_year_name || '-M' || right('0' || cast(fiscal_month as varchar), 2) as fiscal_month_name,
        date_day <= {{ as_of() }} as is_past
    from numbered
)

select * from final
