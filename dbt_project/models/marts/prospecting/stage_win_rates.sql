with

rates as (
    select * from {{ source('analytics', 'stage_win_rates') }}
    where stage_name <> ''
),

final as (
    select
        {{ row_key(['stage_name', 'from_age_days']) }} as stage_win_rate_id,
        stage_name,
        from_age_days,
        to_age_days,
        deal_count,
        observed_win_rate,
        win_rate,
        horizon_days
    from rates
)

select * from final
