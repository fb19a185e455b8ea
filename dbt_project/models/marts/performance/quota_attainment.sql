with

quota_shares as (
    select * from {{ ref('int_quotas__spread') }}
),

deals as (
    select * from {{ ref('fct_opportunities') }}
    where not is_deleted and close_date is not null
),

users as (
    select * from {{ ref('dim_users') }}
),

users_history as (
    select * from {{ ref('dim_users_history') }}
),

quarters as (
    select
        fiscal_quarter_start_date,
        fiscal_quarter_name,
        fiscal_year_name,
        max(date_day) <= {{ as_of() }} as is_quarter_over,
        {{ dateadd('day', 1, 'max(date_day)') }} as quarter_end_date,
        {{ reporting_day_start(dateadd('day', 1, 'max(date_day)')) }} as quarter_end_at
    from {{ ref('dim_dates') }}
    group by fiscal_quarter_start_date, fiscal_quarter_name, fiscal_year_name
),

-- an open deal that should have been closed by now is expected now
dated as (
    select
        *,
        is_closed and is_won as is_won_deal,
        is_closed and not is_won as is_lost_deal,
        case when is_closed then close_date else greatest(close_date, {{ as_of() }}) end as quarter_day
    from deals
    where not is_closed or close_date <= {{ as_of() }}
),

deal_sums as (
    select
        dated.credited_user_id as user_id,
        quarters.fiscal_quarter_start_date,
        sum(case when dated.is_won_deal then 1 else 0 end) as won_opportunity_count,
        sum(case when dated.is_lost_deal then 1 else 0 end) as lost_opportunity_count,
        sum(case when not dated.is_closed then 1 else 0 end) as open_opportunity_count,
        coalesce(sum(case when dated.is_won_deal then dated.opportunity_reporting_amount end), 0) as won_amount,
        coalesce(sum(case when dated.is_lost_deal then dated.opportunity_reporting_amount end), 0) as lost_amount,
        coalesce(sum(case when not dated.is_closed then dated.opportunity_reporting_amount end), 0)
            as open_opportunity_amount,
        sum(case when dated.opportunity_reporting_amount is null then 1 else 0 end) as unvalued_opportunity_count,
        avg(dated.days_to_close) as average_days_to_close,
        avg(case when dated.is_won_deal then dated.days_to_close end) as average_days_to_win
    from dated
    inner join quarters
        on
            dated.quarter_day >= quarters.fiscal_quarter_start_date
            and dated.quarter_day < quarters.quarter_end_date
    group by dated.credited_user_id, quarters.fiscal_quarter_start_date
),

owner_quarters as (
    select user_id, fiscal_quarter_start_date from quota_shares
    union
    select user_id, fiscal_quarter_start_date from deal_sums
),

-- who the owner's manager was at the end of the quarter, or is now; before all we know, whom we knew first
managed as (
    select
        owner_quarters.*,
        quarters.fiscal_quarter_name,
        quarters.fiscal_year_name,
        quarters.is_quarter_over,
        users_history.manager_user_id,
        row_number() over (
            partition by owner_quarters.user_id, owner_quarters.fiscal_quarter_start_date
            order by
                case when users_history.valid_from_at < quarters.quarter_end_at then 0 else 1 end,
                case
                    when users_history.valid_from_at < quarters.quarter_end_at then users_history.valid_from_at
                end desc,
                users_history.valid_from_at
        ) as preference
    from owner_quarters
    inner join quarters on owner_quarters.fiscal_quarter_start_date = quarters.fiscal_quarter_start_date
    left join users_history on owner_quarters.user_id = users_history.user_id
),

final as (
    select
        {{ row_key(['managed.user_id', 'managed.fiscal_quarter_start_date']) }} as quota_attainment_id,
        managed.user_id as owner_user_id,
        owners.user_name as owner_name,
        managed.manager_user_id,
        managers.user_name as manager_name,
        managed.fiscal_quarter_start_date,
        managed.fiscal_quarter_name,
        managed.fiscal_year_name,
        managed.is_quarter_over,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(quota_shares.quota_amount as decimal(18, 2)) as quota_amount,
        cast(coalesce(deal_sums.won_amount, 0) as decimal(18, 2)) as won_amount,
        {{ rate_of('coalesce(deal_sums.won_amount, 0)', 'quota_shares.quota_amount') }} as attainment_rate,
        cast(coalesce(deal_sums.lost_amount, 0) as decimal(18, 2)) as lost_amount,
        cast(coalesce(deal_sums.won_opportunity_count, 0) as integer) as won_opportunity_count,
        cast(coalesce(deal_sums.lost_opportunity_count, 0) as integer) as lost_opportunity_count,
        {{ rate_of(
            'deal_sums.won_opportunity_count', 'deal_sums.won_opportunity_count + deal_sums.lost_opportunity_count'
        ) }} as win_rate_by_count,
        {{ rate_of('deal_sums.won_amount', 'deal_sums.won_amount + deal_sums.lost_amount') }} as win_rate_by_amount,
        cast(deal_sums.average_days_to_close as decimal(9, 1)) as average_days_to_close,
        cast(deal_sums.average_days_to_win as decimal(9, 1)) as average_days_to_win,
        cast(coalesce(deal_sums.open_opportunity_count, 0) as integer) as open_opportunity_count,
        cast(coalesce(deal_sums.open_opportunity_amount, 0) as decimal(18, 2)) as open_opportunity_amount,
        cast(coalesce(deal_sums.unvalued_opportunity_count, 0) as integer) as unvalued_opportunity_count
    from managed
    left join quota_shares
        on
            managed.user_id = quota_shares.user_id
            and managed.fiscal_quarter_start_date = quota_shares.fiscal_quarter_start_date
    left join deal_sums
        on
            managed.user_id is not distinct from deal_sums.user_id
            and managed.fiscal_quarter_start_date = deal_sums.fiscal_quarter_start_date
    left join users as owners on managed.user_id = owners.user_id
    left join users as managers on managed.manager_user_id = managers.user_id
    where managed.preference = 1
)

select * from final
