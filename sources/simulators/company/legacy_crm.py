"""The company as its home-grown CRM keeps it: a SQLite database with text dates and one-letter codes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from sources.simulators.company.filling import insert_rows, new_sqlite
from sources.simulators.company.timeline import sql

_TABLES = {
    "customers": "cust_no text primary key, kind text, name text, email text, phone text, birthdate text, street text,"
    " zip text, city text, country text, source text, created text, updated text, deleted integer, merged_into text",
    "products": "sku text primary key, name text, family text, cost text, price text, currency text, active integer",
    "orders": "order_no text primary key, cust_no text, order_date text, status text, currency text, total text,"
    " delivered text, returned text, created text, updated text",
    "order_items": "order_no text, pos integer, sku text, qty integer, price text, discount text,"
    " primary key (order_no, pos)",
    "activities": "id integer primary key, cust_no text, kind text, happened text, minutes integer, note text,"
    " updated text",
    "contracts": "contract_no text primary key, cust_no text, sku text, status text, begins text, ends text,"
    " monthly text, currency text, created text, updated text",
    "stock_levels": "sku text, changed text, quantity integer, primary key (sku, changed)",
}


def write_legacy_crm(connection: duckdb.DuckDBPyConnection, path: Path, clock: datetime) -> None:
    """Write the state at ``now`` into a new SQLite file; ``clock`` is what the system says the time is."""
    schema = "; ".join(f"create table {table} ({columns})" for table, columns in _TABLES.items())
    with new_sqlite(path, f"{schema}; create table settings (name text primary key, value text)") as target:
        for table in _TABLES:
            insert_rows(target, table, connection.execute(sql(f"legacy_crm/{table}")))
        target.execute("insert into settings values ('server_time', ?)", [clock.strftime("%Y-%m-%d %H:%M:%S")])
