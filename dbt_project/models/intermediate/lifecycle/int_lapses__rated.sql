{%- set rules = var('win_back') -%}
-- how often a customer who had been gone for so long came back soon after; thin groups lean on wider ones
with

lapses as (
    select * from {{ ref('int_lapses__followed') }}
),

customers as (
    select customer_id, customer_type from {{ ref('dim_customers') }}
),

steps as (
    {%- for step in rules['steps'] %}
    select {{ step }} as lapse_step
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- a lapse is tried at every step it reached, once the time in which it may work is over
tries as (
    select
        steps.lapse_step,
        customers.customer_type,
        {{ order_habit('lapses.earlier_order_count') }} as order_habit,
        case
            when {{ datediff('lapses.lapsed_date', 'lapses.won_back_date', 'day') }}
                <= steps.lapse_step + {{ rules['horizon_days'] }}
                then 1
            else 0
        end as is_won_back
    from lapses
    inner join customers on lapses.customer_id = customers.customer_id
    cross join steps
    where
        {{ datediff('lapses.lapsed_date', as_of(), 'day') }} >= steps.lapse_step + {{ rules['horizon_days'] }}
        and (
            lapses.won_back_date is null
            or {{ datediff('lapses.lapsed_date', 'lapses.won_back_date', 'day') }} > steps.lapse_step
        )
        and (
            lapses.removed_date is null
            or {{ datediff('lapses.lapsed_date', 'lapses.removed_date', 'day') }} > steps.lapse_step
        )
),

overall as (
    select cast(sum(is_won_back) as double) / nullif(count(*), 0) as rate from tries
),

stepped as (
    select
        steps.lapse_step,
        (coalesce(sum(tries.is_won_back), 0) + {{ rules['prior_lapses'] }} * min(overall.rate))
        / (count(tries.lapse_step) + {{ rules['prior_lapses'] }}) as rate
    from steps
    cross join overall
    left join tries on steps.lapse_step = tries.lapse_step
    group by steps.lapse_step
),

kinds as (
    select distinct customers.customer_type, {{ order_habit('lapses.earlier_order_count') }} as order_habit
    from lapses
    inner join customers on lapses.customer_id = customers.customer_id
),

final as (
    select
        stepped.lapse_step,
        kinds.customer_type,
        kinds.order_habit,
        count(tries.lapse_step) as alike_lapse_count,
        coalesce(sum(tries.is_won_back), 0) as alike_won_back_count,
        (coalesce(sum(tries.is_won_back), 0) + {{ rules['prior_lapses'] }} * min(stepped.rate))
        / (count(tries.lapse_step) + {{ rules['prior_lapses'] }}) as win_back_rate
    from stepped
    cross join kinds
    left join tries
        on
            stepped.lapse_step = tries.lapse_step
            and kinds.customer_type = tries.customer_type
            and kinds.order_habit = tries.order_habit
    group by stepped.lapse_step, kinds.customer_type, kinds.order_habit
)

select * from final
