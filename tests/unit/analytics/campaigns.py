"""A warehouse of a few customers, campaigns and orders, as the computations about campaigns read it."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

WINDOWS = (("attribution_look_back", 30), ("attribution_half_life", 7), ("response", 28), ("pre_period", 28))


def warehouse(
    touches: Sequence[tuple[str, str, str]] = (),
    orders: Sequence[tuple[str, str, str | None, str | None]] = (),
    controls: Sequence[tuple[str, str, str]] = (),
) -> duckdb.DuckDBPyConnection:
    """Return a database with the given rows.

    Args:
        touches: customer, campaign, day.
        orders: customer, day, revenue and margin; they are named o1, o2, … in their order.
        controls: customers who were held out, like touches.
    """
    connection = duckdb.connect()
    connection.execute(
        """
        create schema core; create schema seeds;
        create table seeds.promotion_windows (window_name varchar, days integer);
        create table core.fct_campaign_touches (
            touch_id varchar, customer_id varchar, campaign_id varchar, touched_at timestamp, touched_date date,
            is_control boolean, is_counted boolean
        );
        create table core.fct_orders (
            order_id varchar, customer_id varchar, order_date date, order_reporting_amount decimal(18, 2),
            margin_reporting_amount decimal(18, 2), is_counted boolean
        );
        create table core.dim_campaigns (campaign_id varchar, is_deleted boolean);
        create table core.dim_customers (customer_id varchar, customer_type varchar, first_seen_at timestamp);
        """
    )
    connection.executemany("insert into seeds.promotion_windows values (?, ?)", WINDOWS)
    members = [(*row, False) for row in touches] + [(*row, True) for row in controls]
    for number, (customer, campaign, day, is_control) in enumerate(members, 1):
        connection.execute(
            "insert into core.fct_campaign_touches values (?, ?, ?, ?, ?, ?, true)",
            [f"t{number}", customer, campaign, f"{day} 08:00", day, is_control],
        )
    for number, (customer, day, revenue, margin) in enumerate(orders, 1):
        connection.execute(
            "insert into core.fct_orders values (?, ?, ?, ?, ?, true)", [f"o{number}", customer, day, revenue, margin]
        )
    connection.execute(
        "insert into core.dim_campaigns select distinct campaign_id, false from core.fct_campaign_touches"
    )
    connection.execute(
        "insert into core.dim_customers select distinct customer_id, 'person', timestamp '2020-01-01'"
        " from (select customer_id from core.fct_campaign_touches union select customer_id from core.fct_orders)"
    )
    return connection
