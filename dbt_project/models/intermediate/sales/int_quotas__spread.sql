-- a quota of another period than a quarter is spread over its days
with

quotas as (
    select * from {{ ref('fct_quotas') }}
    where not is_deleted and user_id is not null and period_end_date > period_start_date
),

quarters as (
    select
        fiscal_quarter_start_date,
        {{ dateadd('day', 1, 'max(date_day)') }} as next_quarter_date
    from {{ ref('dim_dates') }}
    group by fiscal_quarter_start_date
),

overlapped as (
    select
        quotas.user_id,
        quotas.quota_reporting_amount,
        quarters.fiscal_quarter_start_date,
        {{ datediff('quotas.period_start_date', 'quotas.period_end_date', 'day') }} as period_days,
        {{ datediff(
            'greatest(quotas.period_start_date, quarters.fiscal_quarter_start_date)',
            'least(quotas.period_end_date, quarters.next_quarter_date)', 'day'
        ) }} as shared_days
    from quotas
    inner join quarters
        on
            quotas.period_start_date < quarters.next_quarter_date
            and quotas.period_end_date > quarters.fiscal_quarter_start_date
),

shares as (
    select
        user_id,
        fiscal_quarter_start_date,
        {{ average_amount('quota_reporting_amount * shared_days', 'period_days') }} as share_amount
    from overlapped
),

final as (
    select
        user_id,
        fiscal_quarter_start_date,
        cast(sum(share_amount) as decimal(18, 2)) as quota_amount
    from shares
    group by user_id, fiscal_quarter_start_date
)

select * from final
