-- one row per customer: what was earned with it by the day, each item in exact cents of euro; an employee's calls and
-- cases are the employer's, whose account they are on
with sold as (
    select
        o.truth_customer_id,
        sum(l.line_amount_eur) as revenue,
        sum(l.cost_amount_eur) as product_cost,
        sum(l.discount_amount_eur) as discount,
    from truth_order_lines as l
    inner join truth_orders as o on l.source_instance = o.source_instance and l.order_record_id = o.source_record_id
    where o.order_status in ('placed', 'fulfilled')
    group by all
),

returned as (
    select truth_customer_id, count(*) as orders from truth_orders where order_status = 'returned' group by all
),

bearers as (
    select r.*, case when r.system = 0 and r.is_contact and c.kind = 2 then c.employer else r.customer end as bearer
    from records as r
    inner join customers as c on r.customer = c.customer
),

served as (
    select
        r.bearer,
        case
            when i.channel = 1 then cents_of_service(200, 4000, i.minutes)
            when i.channel = 2 then cents_of_service(1500, 6000, i.minutes)
            when i.channel = 3 and r.system = 0 then cents_of_service(100, 3000, i.minutes)
            else 50
        end as cents,
    from interactions as i
    inner join bearers as r on i.record = r.record
    where i.happened_at <= now() and i.purged_at > now()
    union all
    select r.bearer, 1200
    from cases as k
    inner join bearers as r on k.record = r.record
    where k.opened_at <= now() and k.deleted_at > now()
),

services as (
    select bearer, sum(cents) as cents from served group by bearer
),

-- equal shares of what a campaign cost; the cents that are left go to the first members
treated as (
    select
        r.customer,
        c.cost_cents,
        count(*) over (partition by c.campaign) as members,
        row_number() over (partition by c.campaign order by coalesce(m.contact_id, m.lead_id), m.member_id) as place,
    from members as m
    inner join campaigns as c on m.campaign = c.campaign
    inner join records as r on m.record = r.record
    where not m.is_control and m.created_at <= now()
),

promoted as (
    select customer, sum(cost_cents // members + (place <= cost_cents % members)::int) as cents from treated group by customer
),

final as (
    select
        t.truth_customer_id,
        getvariable('today') as as_of,
        coalesce(s.revenue, 0)::decimal(18, 2) as revenue_amount,
        coalesce(s.product_cost, 0)::decimal(18, 2) as product_cost_amount,
        coalesce(s.discount, 0)::decimal(18, 2) as discount_amount,
        money(coalesce(v.cents, 0)) as service_cost_amount,
        money(coalesce(p.cents, 0)) as promotion_cost_amount,
        coalesce(r.orders, 0) as returned_order_count,
        money(800 * coalesce(r.orders, 0)) as return_cost_amount,
    from truth_customers as t
    left join sold as s on t.truth_customer_id = s.truth_customer_id
    left join returned as r on t.truth_customer_id = r.truth_customer_id
    left join services as v on t.truth_customer_id = 'T' || lpad(v.bearer::varchar, 7, '0')
    left join promoted as p on t.truth_customer_id = 'T' || lpad(p.customer::varchar, 7, '0')
)

select * from final
