-- one row per campaign begun by the day: the lift it truly had, in orders per treated member within four weeks
with caused as (
    select campaign, count(*) as order_count from orders where campaign >= 0 and placed_at <= now() group by campaign
),

groups as (
    select
        campaign,
        count(*) filter (not is_control) as treated_count,
        count(*) filter (is_control) as control_count,
        count(*) filter (not is_control and contact_id is not null) as treated_contact_count,
    from members where created_at <= now() group by campaign
),

final as (
    select
        c.campaign,
        c.campaign_id as source_record_id,
        c.starts_at::date as start_date,
        c.ends_at::date as end_date,
        money(c.cost_cents) as cost_amount_eur,
        c.lift as true_lift,
        g.treated_count,
        g.control_count,
        g.treated_contact_count,
        coalesce(o.order_count, 0) as caused_order_count,
    from campaigns as c
    inner join groups as g on c.campaign = g.campaign
    left join caused as o on c.campaign = o.campaign
    where c.starts_at <= now()
)

select * from final
