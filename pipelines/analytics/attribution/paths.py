"""The ways customers went from campaign to campaign, in SQL: to a counted order, or to nothing."""

from __future__ import annotations

from datetime import date

from pipelines.analytics.promotions.windows import Windows

_PATHS = """
    with touches as (
        select touch_id, campaign_id, customer_id, touched_at, touched_date
        from core.fct_campaign_touches
        where is_counted and not is_control and customer_id is not null and campaign_id is not null
    ),

    orders as (
        select order_id, customer_id, order_date from core.fct_orders where is_counted and customer_id is not null
    ),

    credited as (
        select touches.*, orders.order_id, orders.order_date - touches.touched_date as days_before
        from touches
        inner join orders
            on
                touches.customer_id = orders.customer_id
                and touches.touched_date between orders.order_date - {look_back} and orders.order_date
    ),

    marked as (
        select
            *,
            touch_id in (select touch_id from credited) as has_order,
            lag(touched_date) over following as previous_date
        from touches
        window following as (partition by customer_id order by touched_at, touch_id)
    ),

    runs as (
        select
            *,
            count(*) filter (has_order or previous_date is null or touched_date - previous_date > {look_back})
                over (partition by customer_id order by touched_at, touch_id) as run
        from marked
    ),

    touched as (
        select
            order_id as path_id, order_id, campaign_id, touched_at, touch_id,
            power(0.5, days_before / {half_life}) as decay
        from credited
        union all
        select customer_id || '|' || run, null, campaign_id, touched_at, touch_id, null
        from runs
        where not has_order and touched_date + {look_back} < date '{as_of}'
    )

    select
        path_id, order_id, campaign_id, decay,
        row_number() over (partition by path_id order by touched_at, touch_id) as touch_number,
        count(*) over (partition by path_id) as touch_count
    from touched
"""


def paths_query(windows: Windows, as_of: date) -> str:
    """Return the query of all paths, one row per path and touch.

    Columns: path_id, order_id (NULL on a path to nothing), campaign_id, touch_number, touch_count and decay, what is
    left of a touch's weight by the day of the order. The path of an order holds all touches of its customer within the
    look-back window, so one touch may be credited for two orders. A path to nothing is a run of touches that no order
    followed in time, each within the window after the one before; touches whose window is still open are on none.
    """
    return _PATHS.format(look_back=windows.attribution_look_back, half_life=windows.attribution_half_life, as_of=as_of)
