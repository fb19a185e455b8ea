-- one row per customer the company has met: the hazards it lives under, whether it is alive on the day, and the orders
-- it will place; kept are those neither cancelled nor returned in the end
with future as (
    select
        customer,
        placed_at,
        real_moment(cancelled_at) is null and real_moment(returned_at) is null as is_kept,
        total_eur_cents,
    from orders where placed_at > now()
    union all
    select customer, placed_at, is_kept, null from later_orders
),

placed as (
    select
        customer,
        count(*) filter (placed_at <= now() + interval 90 day) as orders_90,
        count(*) filter (placed_at <= now() + interval 180 day) as orders_180,
        count(*) filter (is_kept and placed_at <= now() + interval 90 day) as kept_90,
        count(*) filter (is_kept and placed_at <= now() + interval 180 day) as kept_180,
        sum(total_eur_cents) filter (is_kept and placed_at <= now() + interval 90 day) as cents_90,
    from future group by customer
),

-- what is worth something is generated up to here
last_moment as (
    select max(placed_at) as placed_at from orders
),

lived as (
    select
        *,
        not is_prospect and acquired_at <= now() and not (churned_at <= now() and came_back_at > now()) as is_alive,
        -- an employee orders only where he is known as a person
        kind <> 2 or in_legacy or in_shop as can_order,
    from customers
),

final as (
    select
        t.truth_customer_id,
        getvariable('today') as as_of,
        t.purchase_rate_per_year,
        t.churn_hazard_per_year,
        c.is_alive,
        -- no purchase in 90 days: it leaves first, or does not buy in time; who has left is taken to stay away
        case
            when c.is_alive and c.can_order
                then (c.hazard + c.rate * exp(-(c.rate + c.hazard) * 90 / 365.25)) / (c.rate + c.hazard)
            when not c.is_prospect then 1.0::double
        end as no_purchase_probability_90_days,
        coalesce(p.orders_90, 0) as order_count_next_90_days,
        coalesce(p.orders_180, 0) as order_count_next_180_days,
        coalesce(p.kept_90, 0) as kept_order_count_next_90_days,
        coalesce(p.kept_180, 0) as kept_order_count_next_180_days,
        case when now() + interval 90 day <= m.placed_at then money(coalesce(p.cents_90, 0)) end as revenue_eur_next_90_days,
    from truth_customers as t
    inner join lived as c on t.truth_customer_id = 'T' || lpad(c.customer::varchar, 7, '0')
    left join placed as p on c.customer = p.customer
    cross join last_moment as m
)

select * from final
