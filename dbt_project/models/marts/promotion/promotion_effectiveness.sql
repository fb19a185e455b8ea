with

effects as (
    select * from {{ source('analytics', 'promotion_effects') }}
),

campaigns as (
    select
        campaign_id,
        campaign_name,
        campaign_type,
        start_date,
        end_date,
        coalesce(actual_cost_reporting_amount, budgeted_cost_reporting_amount) as cost_amount
    from {{ ref('dim_campaigns') }}
),

windows as (
    select days
    from {{ ref('promotion_windows') }}
    where window_name = 'response'
),

-- a cost is that of the whole campaign: a segment has none of its own
joined as (
    select
        effects.*,
        campaigns.campaign_name,
        campaigns.campaign_type,
        coalesce(campaigns.start_date, effects.first_exposed_date) as start_date,
        campaigns.end_date,
        case when effects.segment = 'all' then campaigns.cost_amount end as own_cost_amount
    from effects
    left join campaigns on effects.campaign_id = campaigns.campaign_id
),

total as (
    select sum(own_cost_amount) as cost_amount
    from joined
    where segment = 'all' and campaign_id is not null and method <> 'not_measurable'
),

scaled as (
    select
        joined.*,
        case when joined.campaign_id is null then total.cost_amount else joined.own_cost_amount end as cost_amount,
        windows.days as window_days,
        {% for measure in ['revenue', 'margin'] %}
        {% for end in ['effect', 'low', 'high'] -%}
        cast(round(joined.{{ measure }}_{{ end }} * joined.measured_count, 2) as decimal(18, 2))
            as {{ measure }}_{{ end }}_amount,
        {% endfor %}
        {% endfor %}
        joined.treated_order_rate - joined.orders_effect as untreated_order_rate
    from joined
    cross join windows
    cross join total
),

final as (
    select
        campaign_id,
        segment,
        case when campaign_id is null then 'all campaigns' else campaign_name end as campaign_name,
        campaign_type,
        start_date,
        end_date,
        window_days,
        {{ as_of() }} as as_of_date,
        '{{ var("reporting_currency") }}' as currency_code,
        method as effect_method,
        method_reason as effect_method_reason,
        treated_count,
        control_count,
        both_count as both_arms_count,
        open_count as open_window_count,
        measured_count,
        compared_count,
        randomization_p_value,
        treated_order_rate,
        untreated_order_rate,
        orders_effect as order_effect,
        orders_low as order_effect_low,
        orders_high as order_effect_high,
        case when untreated_order_rate > 0 then orders_effect / untreated_order_rate end as lift_rate,
        orders_low > 0 or orders_high < 0 as is_effect_significant,
        cast(round(orders_effect * measured_count, 2) as decimal(18, 2)) as incremental_orders,
        revenue_effect_amount as incremental_revenue_amount,
        revenue_low_amount as incremental_revenue_low_amount,
        revenue_high_amount as incremental_revenue_high_amount,
        margin_effect_amount as incremental_margin_amount,
        margin_low_amount as incremental_margin_low_amount,
        margin_high_amount as incremental_margin_high_amount,
        cast(cost_amount as decimal(18, 2)) as campaign_cost_amount,
        {% for end, suffix in [('effect', ''), ('low', '_low'), ('high', '_high')] -%}
        case
            when cost_amount > 0
                then cast(margin_{{ end }}_amount - cost_amount as double) / cast(cost_amount as double)
        end as campaign_roi{{ suffix }},
        {% endfor -%}
        overlapping_count,
        alone_orders_effect as order_effect_alone,
        alone_orders_low as order_effect_alone_low,
        alone_orders_high as order_effect_alone_high,
        after_orders_effect as after_order_effect,
        after_orders_low as after_order_effect_low,
        after_orders_high as after_order_effect_high,
        -- orders that came early only: those missing afterwards
        cast(
            round(case when after_orders_effect < 0 then -1 else 0 end * after_orders_effect * measured_count, 2)
            as decimal(18, 2)
        ) as pulled_forward_orders
    from scaled
)

select * from final
