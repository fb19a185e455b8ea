-- what a customer does most often comes first; of equally frequent things the one done last, then by name
with

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

interactions as (
    select * from {{ ref('fct_interactions') }}
    where is_counted and customer_id is not null
),

done as (
    select customer_id, 'channel' as habit, channel as habit_value, order_date as done_date
    from orders
    where channel is not null
    union all
    select
        customer_id, 'weekday',
        case {{ datediff("cast(" ~ date_trunc('week', 'order_date') ~ " as date)", 'order_date', 'day') }}
            {%- for day in ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] %}
            when {{ loop.index0 }} then '{{ day }}'
            {%- endfor %}
        end,
        order_date
    from orders
    union all
    select
        customer_id, 'month_part',
        case
            when extract(day from order_date) <= 10 then 'beginning'
            when extract(day from order_date) <= 20 then 'middle'
            else 'end'
        end,
        order_date
    from orders
    union all
    select customer_id, 'interaction_type', interaction_type, occurred_date
    from interactions
    where interaction_type is not null
),

counted as (
    select customer_id, habit, habit_value, count(*) as done_count, max(done_date) as last_done_date
    from done
    group by customer_id, habit, habit_value
),

ranked as (
    select
        *,
        sum(done_count) over (partition by customer_id, habit) as total_count,
        row_number() over (
            partition by customer_id, habit order by done_count desc, last_done_date desc, habit_value
        ) as habit_rank
    from counted
),

final as (
    select
        customer_id,
        max(case when habit = 'channel' then habit_value end) as preferred_channel,
        max(case when habit = 'channel' then {{ rate_of('done_count', 'total_count') }} end) as preferred_channel_rate,
        max(case when habit = 'weekday' then habit_value end) as preferred_weekday,
        max(case when habit = 'month_part' then habit_value end) as preferred_month_part,
        max(case when habit = 'interaction_type' then habit_value end) as preferred_interaction_type
    from ranked
    where habit_rank = 1
    group by customer_id
)

select * from final
