{%- set rules = var('win_back') -%}
with

lapses as (
    select * from {{ ref('customer_winback') }}
),

judged as (
    select
        cast({{ date_trunc('quarter', 'lapsed_date') }} as date) as lapsed_quarter_date,
        customer_type,
        contact_count > 0 as is_contacted,
        {{ datediff('lapsed_date', as_of(), 'day') }} >= {{ rules['horizon_days'] }} as is_judged,
        coalesce(days_to_win_back <= {{ rules['horizon_days'] }}, false) as is_soon,
        *
    from lapses
),

-- a lapse that has not had its time yet says nothing about how often it works
final as (
    select
        lapsed_quarter_date,
        customer_type,
        is_contacted,
        cast(count(*) as integer) as lapse_count,
        cast(sum(case when outcome = 'won_back' then 1 else 0 end) as integer) as won_back_count,
        cast(sum(case when is_won_back_after_contact then 1 else 0 end) as integer) as won_back_after_contact_count,
        cast(sum(case when is_judged then 1 else 0 end) as integer) as judged_lapse_count,
        cast(sum(case when is_judged and is_soon then 1 else 0 end) as integer) as judged_won_back_count,
        {{ rate_of('sum(case when is_judged and is_soon then 1 else 0 end)',
            'sum(case when is_judged then 1 else 0 end)') }} as win_back_rate,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(sum(second_life_revenue_amount) as decimal(18, 2)) as second_life_revenue_amount,
        cast(sum(coalesce(second_life_margin_amount, 0)) as decimal(18, 2)) as second_life_margin_amount
    from judged
    group by lapsed_quarter_date, customer_type, is_contacted
)

select * from final
