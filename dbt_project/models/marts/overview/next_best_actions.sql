-- all actions that a customer gives reason for; of these the most urgent one, then the one with most money at stake
with

customers as (
    select * from {{ ref('dim_customers') }}
),

open_cases as (
    select customer_id, count(*) as case_count, min(opened_date) as opened_date
    from {{ ref('fct_cases') }}
    where is_counted and closed_at is null and customer_id is not null
    group by customer_id
),

open_deals as (
    select
        customer_id,
        count(*) as deal_count,
        sum(opportunity_reporting_amount) as open_amount
    from {{ ref('fct_opportunities') }}
    where is_open and customer_id is not null
    group by customer_id
),

-- who is gone already is not kept but won back
risks as (
    select risks.*
    from {{ ref('customer_churn') }} as risks
    inner join {{ ref('fct_customer_status_changes') }} as statuses on risks.customer_id = statuses.customer_id
    where
        risks.risk_band <> 'low'
        and risks.amount_at_risk > 0
        and statuses.is_current
        and statuses.status not in ('lapsed', 'lost')
),

lapses as (
    select * from {{ ref('customer_winback') }}
    where is_open
),

customer_values as (
    select * from {{ ref('customer_value') }}
),

recommendations as (
    select * from {{ ref('product_recommendations') }}
    where recommendation_rank = 1
),

leads as (
    select * from {{ ref('lead_scores') }}
    where customer_id is not null
    qualify row_number() over (partition by customer_id order by conversion_rate desc, lead_id) = 1
),

reasons as (
    select
        customer_id,
        1 as urgency,
        'solve_case' as next_best_action,
        cast(null as decimal(18, 2)) as stake_amount,
        cast(case_count as varchar) || ' open case(s), the oldest since ' || cast(opened_date as varchar)
            as action_reason
    from open_cases
    union all
    select
        customer_id,
        2,
        'keep',
        amount_at_risk,
        churn_reasons
    from risks
    union all
    select
        customer_id,
        2,
        'close_deal',
        cast(open_amount as decimal(18, 2)),
        cast(deal_count as varchar) || ' open deal(s)'
    from open_deals
    union all
    select
        customer_id,
        3,
        'win_back',
        expected_value_amount,
        'lapsed on ' || cast(lapsed_date as varchar) || '; of lapses alike '
        || cast(alike_won_back_count as varchar) || ' of ' || cast(alike_lapse_count as varchar) || ' came back'
    from lapses
    where priority_rank is not null
    union all
    select
        customer_id,
        3,
        'call_lead',
        cast(null as decimal(18, 2)),
        score_reasons
    from leads
    where lead_grade in ('A', 'B')
    union all
    select
        customer_id,
        4,
        'offer_product',
        average_companion_amount,
        'offer ' || product_name || ': bought with ' || because_of_product_name
    from recommendations
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_id
            order by urgency, stake_amount desc nulls last, next_best_action
        ) as place
    from reasons
),

final as (
    select
        customers.customer_id,
        {{ as_of() }} as as_of_date,
        case when customers.is_deleted then 'none' else coalesce(ranked.next_best_action, 'stay_in_touch') end
            as next_best_action,
        case
            when customers.is_deleted then 'no source has a living record of this customer'
            when ranked.customer_id is null and customer_values.customer_id is null then 'has not bought yet'
            when ranked.customer_id is null then 'nothing calls for more'
            else ranked.action_reason
        end as action_reason,
        '{{ var("reporting_currency") }}' as currency_code,
        case when not customers.is_deleted then ranked.stake_amount end as stake_amount
    from customers
    left join ranked
        on
            customers.customer_id = ranked.customer_id
            and ranked.place = 1
    left join customer_values on customers.customer_id = customer_values.customer_id
)

select * from final
