"""The truth about the company, for tests and measurements only: who is who, what was bought, what campaigns caused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from sources.simulators.company.order_export import order_export_query
from sources.simulators.company.timeline import sql

TABLES = (
    "customers",
    "record_map",
    "orders",
    "order_lines",
    "spend",
    "campaigns",
    "employments",
    "subscriptions",
    "managements",
    "quotas",
    "stock_outs",
    "leads",
    "purchases",
    "profits",
)


def write_truth(connection: duckdb.DuckDBPyConnection, folder: Path, day: date) -> None:
    """Write one Parquet file per table of ``TABLES``, as of ``day``."""
    connection.execute(f"set variable today = date '{day}'")
    connection.execute("set variable since = timestamp '1970-01-01'")
    connection.execute(f"create or replace temp table shop_orders as {_shop_contacts()}")
    for table in TABLES:
        connection.execute(f"create or replace temp table truth_{table} as {sql(f'truth/{table}')}")
        connection.execute(f"copy truth_{table} to '{folder / table}.parquet' (format parquet)")


def _shop_contacts() -> str:
    """Return the query of the e-mail addresses written on the shop's orders, with their customers."""
    return f"select distinct order_number, customer_email from ({order_export_query()})"
