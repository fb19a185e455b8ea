with

attributions as (
    select * from {{ source('analytics', 'order_attributions') }}
),

removals as (
    select * from {{ source('analytics', 'campaign_removal_effects') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

campaigns as (
    select
        campaign_id,
        campaign_name,
        campaign_type,
        coalesce(actual_cost_reporting_amount, budgeted_cost_reporting_amount) as cost_amount
    from {{ ref('dim_campaigns') }}
    where not is_deleted
),

-- credit is not cause: what a campaign has really brought about stands beside it
effects as (
    select campaign_id, incremental_revenue_amount, effect_method
    from {{ ref('promotion_effectiveness') }}
    where segment = 'all'
),

models as (
    {% for model in ['first', 'last', 'linear', 'position', 'time_decay', 'markov'] -%}
    select '{{ model }}' as attribution_model{{ ' union all ' if not loop.last }}
    {%- endfor %}
),

credited as (
    select
        attribution_model,
        campaign_id,
        sum(order_credit) as order_credit,
        sum(attributed_revenue_amount) as attributed_revenue_amount,
        sum(attributed_margin_amount) as attributed_margin_amount
    from attributions
    group by attribution_model, campaign_id
    union all
    select
        'markov' as attribution_model,
        campaign_id,
        order_credit,
        attributed_revenue_amount,
        attributed_margin_amount
    from removals
),

-- orders that no campaign touched in time are the same in every model
untouched as (
    select
        count(*) as order_credit,
        sum(orders.order_reporting_amount) as attributed_revenue_amount,
        sum(orders.margin_reporting_amount) as attributed_margin_amount
    from orders
    left join (select distinct order_id from attributions) as touched on orders.order_id = touched.order_id
    where touched.order_id is null
),

-- a campaign without credit is a row of zeros
listed as (
    select
        models.attribution_model,
        campaigns.campaign_id,
        campaigns.campaign_name,
        campaigns.campaign_type,
        campaigns.cost_amount,
        effects.incremental_revenue_amount,
        effects.effect_method,
        removals.removal_effect,
        credited.order_credit,
        credited.attributed_revenue_amount,
        credited.attributed_margin_amount
    from campaigns
    cross join models
    left join effects on campaigns.campaign_id = effects.campaign_id
    left join removals on campaigns.campaign_id = removals.campaign_id
    left join credited
        on campaigns.campaign_id = credited.campaign_id and models.attribution_model = credited.attribution_model
    union all
    select
        models.attribution_model,
        null as campaign_id,
        'unattributed' as campaign_name,
        null as campaign_type,
        null as cost_amount,
        null as incremental_revenue_amount,
        null as effect_method,
        null as removal_effect,
        untouched.order_credit,
        untouched.attributed_revenue_amount,
        untouched.attributed_margin_amount
    from models
    cross join untouched
),

final as (
    select
        attribution_model,
        campaign_id,
        campaign_name,
        campaign_type,
        {{ as_of() }} as as_of_date,
        '{{ var("reporting_currency") }}' as currency_code,
        cast(coalesce(order_credit, 0) as decimal(18, 6)) as order_credit,
        cast(coalesce(attributed_revenue_amount, 0) as decimal(18, 2)) as attributed_revenue_amount,
        cast(coalesce(attributed_margin_amount, 0) as decimal(18, 2)) as attributed_margin_amount,
        cast(cost_amount as decimal(18, 2)) as campaign_cost_amount,
        case
            when cost_amount > 0
                then cast(coalesce(attributed_margin_amount, 0) - cost_amount as double) / cast(cost_amount as double)
        end as attributed_roi,
        case when campaign_id is not null then coalesce(removal_effect, 0) end as removal_effect_rate,
        cast(incremental_revenue_amount as decimal(18, 2)) as incremental_revenue_amount,
        effect_method
    from listed
)

select * from final
