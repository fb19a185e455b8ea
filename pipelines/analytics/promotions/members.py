"""Members of campaigns as customers, and what they bought before, in and after the window of the campaign, in SQL.

Money is in whole cents, so that sums of squares are exact and the same whatever order rows come in.
"""

from __future__ import annotations

from datetime import date

from pipelines.analytics.promotions.windows import Windows

SEGMENTS = ("all", "person", "organization", "buyers", "prospects")

_MEMBERS = """
    with touches as (
        select campaign_id, customer_id, touched_date, is_control
        from core.fct_campaign_touches
        where is_counted and customer_id is not null and campaign_id is not null
    ),

    orders as (
        select customer_id, order_date, order_reporting_amount, margin_reporting_amount
        from core.fct_orders
        where is_counted and customer_id is not null
    ),

    arms as (
        select
            campaign_id, customer_id, min(touched_date) as exposed_date,
            case
                when bool_and(is_control) then 'control' when bool_or(is_control) then 'both' else 'treated'
            end as arm
        from touches
        group by campaign_id, customer_id
    ),

    bought as (
        select
            arms.campaign_id, arms.customer_id,
            count(*) filter (orders.order_date < arms.exposed_date) as prior_order_count,
            count(*) filter ({inside}) as orders,
            coalesce(sum(orders.order_reporting_amount) filter ({inside}), 0) * 100 as revenue_cents,
            coalesce(sum(orders.margin_reporting_amount) filter ({inside}), 0) * 100 as margin_cents,
            count(*) filter ({after}) as after_orders
        from arms
        inner join orders on arms.customer_id = orders.customer_id
        group by arms.campaign_id, arms.customer_id
    ),

    met as (
        select distinct arms.campaign_id, arms.customer_id
        from arms
        inner join touches
            on
                arms.customer_id = touches.customer_id
                and arms.campaign_id <> touches.campaign_id
                and not touches.is_control
                and touches.touched_date between arms.exposed_date - {response} and arms.exposed_date + {response}
    )

    select
        arms.*,
        [
            'all', customers.customer_type,
            case when coalesce(bought.prior_order_count, 0) > 0 then 'buyers' else 'prospects' end
        ] as segments,
        arms.exposed_date + {response} <= date '{as_of}' as is_over,
        arms.exposed_date + {twice} <= date '{as_of}' as is_after_over,
        met.customer_id is null as is_alone,
        coalesce(bought.prior_order_count, 0) as prior_order_count,
        coalesce(bought.orders, 0)::hugeint as orders,
        coalesce(bought.revenue_cents, 0)::hugeint as revenue_cents,
        coalesce(bought.margin_cents, 0)::hugeint as margin_cents,
        coalesce(bought.after_orders, 0)::hugeint as after_orders
    from arms
    inner join core.dim_customers as customers on arms.customer_id = customers.customer_id
    left join bought on arms.campaign_id = bought.campaign_id and arms.customer_id = bought.customer_id
    left join met on arms.campaign_id = met.campaign_id and arms.customer_id = met.customer_id
"""


def members_query(windows: Windows, as_of: date) -> str:
    """Return the query of all members, one row per campaign and customer.

    Columns: campaign_id, customer_id, segments (those of ``SEGMENTS`` it is in; a buyer has ordered before), arm
    (treated, control, or both where records of one customer are in both), exposed_date, prior_order_count, is_over and
    is_after_over (whether the window, and the one after it, have passed), is_alone (whether no other campaign reached
    the customer within a window's length), and orders, revenue_cents and margin_cents of the window, orders of the one
    after it.

    The window is the day of exposure and ``response`` days more. Who was held out counts from the day of his entry.
    """
    response = windows.response
    until = f"arms.exposed_date + {response}"
    inside = f"orders.order_date between arms.exposed_date and {until}"
    after = f"orders.order_date > {until} and orders.order_date <= arms.exposed_date + {2 * response}"
    return _MEMBERS.format(response=response, twice=2 * response, inside=inside, after=after, as_of=as_of)


def samples_query(members: str) -> str:
    """Return the query of the sufficient statistics: one row per campaign, segment, arm and measure.

    Columns: campaign_id, segment, arm, measure, count, total and squares (the sums of values and of their squares).
    Measures are orders, revenue, margin, after_orders, and alone_orders of those whom no other campaign reached.
    """
    measures = {
        "orders": ("orders", "is_over"),
        "revenue": ("revenue_cents", "is_over"),
        "margin": ("margin_cents", "is_over"),
        "after_orders": ("after_orders", "is_after_over"),
        "alone_orders": ("orders", "is_over and is_alone"),
    }
    return " union all ".join(
        f"select campaign_id, segment, arm, '{measure}' as measure, count(*) as count, sum({value}) as total,"
        f" sum({value} * {value}) as squares"
        f" from (select *, unnest(segments) as segment from {members} where arm <> 'both')"
        f" where {condition} group by campaign_id, segment, arm"
        for measure, (value, condition) in measures.items()
    )


def counts_query(members: str) -> str:
    """Return the query of how many members there are of each sort: one row per campaign and segment."""
    strata = ", ".join(
        f"count(*) filter (arm = '{arm}' and least(prior_order_count, 2) = {orders}) as {arm}_{orders}"
        for arm in ("treated", "control")
        for orders in (0, 1, 2)
    )
    return f"""
        select
            campaign_id, segment,
            min(exposed_date) as first_exposed_date,
            count(*) filter (arm = 'treated') as treated_count,
            count(*) filter (arm = 'control') as control_count,
            count(*) filter (arm = 'both') as both_count,
            count(*) filter (arm <> 'both' and not is_over) as open_count,
            count(*) filter (arm = 'treated' and not is_alone) as overlapping_count,
            {strata}
        from (select *, unnest(segments) as segment from {members})
        group by campaign_id, segment
        order by campaign_id, segment
    """
