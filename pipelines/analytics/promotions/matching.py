"""Campaigns without a control group: treated customers against untreated ones who had bought alike, before and after.

Everybody is put into a cell by what was known at the beginning of the pre-period, and the change from the pre-period
to the window is compared within cells. What makes two groups buy at different levels drops out; what begins to change
at just that time does not: whoever is chosen because he is still a customer stays one, while others leave.
"""

from __future__ import annotations

from collections import defaultdict

import duckdb

from pipelines.analytics.promotions.effects import Sample
from pipelines.analytics.promotions.windows import Windows

Cells = dict[tuple[str, str], list[tuple[Sample, Sample]]]
SPREAD_DAYS = 7  # a campaign begins for everybody within so many days, or there is no common time before it

_CELLS = """
    with starts as (
        select campaign_id, first_exposed_date as starts_on, first_exposed_date - {pre} as known_until
        from started
    ),

    orders as (
        select customer_id, order_date, order_reporting_amount * 100 as revenue, margin_reporting_amount * 100 as margin
        from core.fct_orders
        where is_counted and customer_id is not null
    ),

    -- customers who joined later have nothing before to be compared by
    pool as (
        select
            starts.*, customers.customer_id, customers.customer_type,
            members.customer_id is not null as is_treated
        from starts
        inner join core.dim_customers as customers on customers.first_seen_at < starts.known_until
        left join members
            on starts.campaign_id = members.campaign_id and customers.customer_id = members.customer_id
        where members.customer_id is null or (members.arm = 'treated' and members.exposed_date <= starts_on + {spread})
    ),

    bought as (
        select
            pool.campaign_id, pool.customer_id,
            count(*) filter (order_date < known_until) as earlier_orders,
            max(order_date) filter (order_date < known_until) as last_order_date,
            {bought}
        from pool
        inner join orders on pool.customer_id = orders.customer_id
        group by pool.campaign_id, pool.customer_id
    ),

    -- times the days of the other period, so that days weigh the same and numbers stay whole
    changes as (
        select
            pool.*, {changes},
            coalesce(earlier_orders, 0) as earlier_orders, known_until - last_order_date as recency
        from pool
        left join bought on pool.campaign_id = bought.campaign_id and pool.customer_id = bought.customer_id
    )

    select
        campaign_id,
        customer_type,
        case when recency is null then 0 when recency <= 90 then 1 when recency <= 180 then 2 when recency <= 365 then 3
            else 4 end as recency_band,
        case when earlier_orders <= 2 then earlier_orders when earlier_orders <= 5 then 3 else 6 end as order_band,
        is_treated,
        count(*) as count, {sums}
    from changes
    group by all
    order by all
"""
_MEASURES = ("orders", "revenue", "margin")


def matched_cells(connection: duckdb.DuckDBPyConnection, windows: Windows) -> Cells:
    """Return (campaign, measure) -> (treated, untreated) samples of the change per customer, one pair per cell.

    Reads ``members`` (see ``members_query``) and ``started`` (campaign_id, first_exposed_date of the campaigns to
    match). The change is what was bought in the window less what a span as long of the pre-period had; money in cents.
    """
    days = windows.response + 1
    value = {"orders": "1", "revenue": "coalesce(revenue, 0)", "margin": "coalesce(margin, 0)"}
    inside = f"order_date between starts_on and starts_on + {windows.response}"
    before = "order_date >= known_until and order_date < starts_on"
    query = _CELLS.format(
        pre=windows.pre_period,
        spread=SPREAD_DAYS,
        bought=", ".join(
            f"sum({value[each]}) filter ({inside}) as {each}_in, sum({value[each]}) filter ({before}) as {each}_before"
            for each in _MEASURES
        ),
        changes=", ".join(
            f"(coalesce({each}_in, 0) * {windows.pre_period} - coalesce({each}_before, 0) * {days})::hugeint as {each}"
            for each in _MEASURES
        ),
        sums=", ".join(f"sum({each}) as {each}, sum({each} * {each}) as {each}_squares" for each in _MEASURES),
    )
    sides: dict[tuple[str, str], dict[tuple[object, ...], dict[bool, Sample]]] = defaultdict(lambda: defaultdict(dict))
    for row in connection.execute(query).fetchall():
        campaign, cell, (is_treated, count), sums = row[0], row[1:4], row[4:6], row[6:]
        for at, measure in enumerate(_MEASURES):
            sample = Sample(count, float(sums[2 * at]), float(sums[2 * at + 1]))
            sides[campaign, measure][cell][is_treated] = sample.scaled(1 / windows.pre_period)
    return {
        key: [(cell.get(True, Sample()), cell.get(False, Sample())) for cell in cells.values()]
        for key, cells in sides.items()
    }
