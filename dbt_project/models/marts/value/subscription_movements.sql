-- a month's movements are told by the evenings of its last day and of the last day of the month before
with

periods as (
    select
        *,
        coalesce(customer_id, subscription_id) as subscriber_id
    from {{ ref('fct_subscription_periods') }}
    where is_counted and monthly_reporting_amount > 0
),

months as (
    select
        month_start_date,
        max(date_day) as closing_date,
        cast({{ dateadd('month', 1, 'month_start_date') }} as date) as next_month_start_date
    from {{ ref('dim_dates') }}
    where is_past
    group by month_start_date
),

balances as (
    select
        months.month_start_date,
        months.next_month_start_date,
        periods.subscriber_id,
        sum(periods.monthly_reporting_amount) as monthly_amount
    from months
    inner join periods
        on
            months.closing_date >= periods.valid_from_date
            and (periods.valid_to_date is null or months.closing_date < periods.valid_to_date)
    group by months.month_start_date, months.next_month_start_date, periods.subscriber_id
),

firsts as (
    select
        subscriber_id,
        min(month_start_date) as first_month_date
    from balances
    group by subscriber_id
),

changes as (
    select
        coalesce(closing.month_start_date, opening.next_month_start_date) as month_start_date,
        coalesce(closing.subscriber_id, opening.subscriber_id) as subscriber_id,
        coalesce(opening.monthly_amount, 0) as opening_amount,
        coalesce(closing.monthly_amount, 0) as closing_amount
    from balances as closing
    full outer join balances as opening
        on
            closing.month_start_date = opening.next_month_start_date
            and closing.subscriber_id = opening.subscriber_id
),

moves as (
    select
        changes.*,
        case
            when changes.opening_amount = 0 and changes.month_start_date = firsts.first_month_date then 'new'
            when changes.opening_amount = 0 then 'reactivated'
            when changes.closing_amount = 0 then 'churned'
            when changes.closing_amount > changes.opening_amount then 'expanded'
            when changes.closing_amount < changes.opening_amount then 'contracted'
            else 'kept'
        end as move
    from changes
    inner join firsts on changes.subscriber_id = firsts.subscriber_id
),

summed as (
    select
        months.month_start_date,
        {% for name in ['opening', 'closing'] %}
        coalesce(sum(moves.{{ name }}_amount), 0) as {{ name }}_mrr_amount,
        sum(case when moves.{{ name }}_amount > 0 then 1 else 0 end) as {{ name }}_subscriber_count,
        {% endfor %}
        {% for name in ['new', 'expanded', 'contracted', 'churned', 'reactivated'] %}
        sum(case when moves.move = '{{ name }}' then abs(moves.closing_amount - moves.opening_amount) else 0 end)
            as {{ name }}_mrr_amount,
        sum(case when moves.move = '{{ name }}' then 1 else 0 end)
            as {{ name }}_subscriber_count{{ ',' if not loop.last }}
        {% endfor %}
    from months
    left join moves on months.month_start_date = moves.month_start_date
    where months.month_start_date >= (select min(first_month_date) from firsts)
    group by months.month_start_date
),

final as (
    select
        month_start_date,
        '{{ var("reporting_currency") }}' as currency_code,
        {% for name in ['opening', 'new', 'expanded', 'contracted', 'churned', 'reactivated', 'closing'] %}
        cast({{ name }}_mrr_amount as decimal(18, 2)) as {{ name }}_mrr_amount,
        cast({{ name }}_subscriber_count as integer) as {{ name }}_subscriber_count,
        {% endfor %}
        churned_subscriber_count / cast(nullif(opening_subscriber_count, 0) as double) as logo_churn_rate,
        cast(churned_mrr_amount + contracted_mrr_amount as double) / nullif(opening_mrr_amount, 0)
            as revenue_churn_rate,
        cast(opening_mrr_amount + expanded_mrr_amount - contracted_mrr_amount - churned_mrr_amount as double)
            / nullif(opening_mrr_amount, 0) as net_revenue_retention_rate
    from summed
)

select * from final
