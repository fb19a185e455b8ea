"""The CDNOW customers as this project sees orders: a warehouse with nothing but their transactions.

The files come with the package lifetimes; Fader and Hardie published them.
"""

from __future__ import annotations

from datetime import date
from importlib.util import find_spec
from pathlib import Path

import duckdb

from pipelines.analytics.value.observing import Observed, collect_days, observe

CALIBRATION_END = date(1997, 9, 30)
END = date(1998, 6, 30)


def orders(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Fill ``core`` from a query of customer_id, order_date and amount; 30 % of it is margin."""
    connection.execute(f"""
        create schema core;
        create table core.fct_orders as
        select
            cast(customer_id as varchar) as customer_id, order_date, true as is_counted,
            cast(amount as decimal(18, 2)) as order_reporting_amount,
            cast(amount * 0.7 as decimal(18, 4)) as cost_reporting_amount,
            cast(amount * 0.3 as decimal(18, 4)) as margin_reporting_amount
        from ({rows});
        create table core.dim_customers as select distinct customer_id, 'person' as customer_type from core.fct_orders;
        create table core.fct_subscriptions (
            subscription_id varchar, start_date date, end_date date, monthly_reporting_amount decimal(18, 2),
            is_counted boolean
        );
    """)


def sample() -> str:
    """Return a query of the transactions of the tenth of the cohort that the papers fit."""
    return _lines("CDNOW_sample.txt", "fields[2] as customer_id, fields[3] as day, fields[5] as dollars")


def cohort() -> str:
    """Return a query of the transactions of the whole cohort, but for ten customers who spent over 4,000 dollars."""
    everything = _lines("CDNOW_master.txt", "fields[1] as customer_id, fields[2] as day, fields[4] as dollars")
    return f"from ({everything}) qualify sum(amount) over (partition by customer_id) <= 4000"


def _lines(name: str, fields: str) -> str:
    package = find_spec("lifetimes")  # not imported: that costs seconds
    assert package is not None and package.origin is not None
    path = Path(package.origin).parent / "datasets" / name
    return f"""
        select customer_id, strptime(day, '%Y%m%d')::date as order_date, dollars::double as amount
        from (
            select {fields} from (
                select string_split_regex(trim(line), '\\s+') as fields
                from read_csv('{path}', columns = {{'line': 'varchar'}}, delim = '|', header = false)
            ) where regexp_matches(fields[1], '^[0-9]+$')
        )
    """


def observed(rows: str, until: date = CALIBRATION_END, days_after: int = 0) -> Observed:
    """Return what is seen of the customers of a query."""
    with duckdb.connect() as connection:
        orders(connection, rows)
        collect_days(connection)
        return observe(connection, until, days_after)
