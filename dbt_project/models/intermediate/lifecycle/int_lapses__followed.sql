-- each lapse from its first day to the purchase that ended it, with what was done about it and what came of it
with

changes as (
    select * from {{ ref('fct_customer_status_changes') }}
),

removed as (
    select * from {{ ref('int_customers__removed') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

interactions as (
    select * from {{ ref('fct_interactions') }}
    where is_counted and direction = 'outbound' and customer_id is not null
),

touches as (
    select * from {{ ref('fct_campaign_touches') }}
    where is_counted and not is_control and customer_id is not null
),

turns as (
    select
        customer_id,
        status,
        valid_from_date,
        lead(status) over (partition by customer_id order by valid_from_date) as next_status,
        lead(valid_from_date) over (partition by customer_id order by valid_from_date) as next_date
    from changes
    where status in ('lapsed', 'won_back')
),

lapses as (
    select
        turns.customer_id,
        turns.valid_from_date as lapsed_date,
        case when turns.next_status = 'won_back' then turns.next_date end as won_back_date,
        removed.removed_date,
        row_number() over (partition by turns.customer_id order by turns.valid_from_date) as lapse_number,
        lead(turns.valid_from_date) over (partition by turns.customer_id order by turns.valid_from_date)
            as next_lapsed_date
    from turns
    left join removed on turns.customer_id = removed.customer_id
    where turns.status = 'lapsed'
),

-- an order is of the life before the lapse that followed it, and of the second life after the lapse before
valued as (
    select
        lapses.customer_id,
        lapses.lapsed_date,
        count(case when orders.order_date < lapses.lapsed_date then 1 end) as earlier_order_count,
        max(case when orders.order_date < lapses.lapsed_date then orders.order_date end) as last_order_date,
        count(case when orders.order_date > lapses.lapsed_date then 1 end) as second_life_order_count,
        sum(case when orders.order_date > lapses.lapsed_date then orders.order_reporting_amount end)
            as second_life_revenue_amount,
        sum(case when orders.order_date > lapses.lapsed_date then orders.margin_reporting_amount end)
            as second_life_margin_amount
    from lapses
    inner join orders
        on
            lapses.customer_id = orders.customer_id
            and (lapses.next_lapsed_date is null or lapses.next_lapsed_date > orders.order_date)
    group by lapses.customer_id, lapses.lapsed_date
),

-- the last year in which the customer still bought
yearly as (
    select
        valued.customer_id,
        valued.lapsed_date,
        sum(orders.order_reporting_amount) as yearly_revenue_amount,
        sum(orders.margin_reporting_amount) as yearly_margin_amount
    from valued
    inner join orders
        on
            valued.customer_id = orders.customer_id
            and valued.last_order_date >= orders.order_date
            and cast({{ dateadd('day', -365, 'valued.last_order_date') }} as date) < orders.order_date
    group by valued.customer_id, valued.lapsed_date
),

reached as (
    select customer_id, occurred_date as contact_date from interactions
    union all
    select customer_id, touched_date from touches
),

contacted as (
    select
        lapses.customer_id,
        lapses.lapsed_date,
        min(reached.contact_date) as first_contact_date,
        count(*) as contact_count
    from lapses
    inner join reached
        on
            lapses.customer_id = reached.customer_id
            and lapses.lapsed_date <= reached.contact_date
            and coalesce(lapses.won_back_date, lapses.removed_date, {{ as_of() }}) >= reached.contact_date
    group by lapses.customer_id, lapses.lapsed_date
),

final as (
    select
        lapses.customer_id,
        lapses.lapsed_date,
        lapses.lapse_number,
        lapses.won_back_date,
        case when lapses.won_back_date is null then lapses.removed_date end as removed_date,
        contacted.first_contact_date,
        coalesce(contacted.contact_count, 0) as contact_count,
        valued.last_order_date,
        coalesce(valued.earlier_order_count, 0) as earlier_order_count,
        yearly.yearly_revenue_amount,
        yearly.yearly_margin_amount,
        coalesce(valued.second_life_order_count, 0) as second_life_order_count,
        valued.second_life_revenue_amount,
        valued.second_life_margin_amount
    from lapses
    left join valued on lapses.customer_id = valued.customer_id and lapses.lapsed_date = valued.lapsed_date
    left join yearly on lapses.customer_id = yearly.customer_id and lapses.lapsed_date = yearly.lapsed_date
    left join contacted on lapses.customer_id = contacted.customer_id and lapses.lapsed_date = contacted.lapsed_date
)

select * from final
