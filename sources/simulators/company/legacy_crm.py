"""The company as its home-grown CRM keeps it: a SQLite database with text dates and one-letter codes."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

import duckdb

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
_BATCH = 20_000


def write_legacy_crm(connection: duckdb.DuckDBPyConnection, path: Path, clock: datetime) -> None:
    """Write the state at ``now`` into a new SQLite file; ``clock`` is what the system says the time is."""
    target = sqlite3.connect(path, isolation_level=None)
    try:
        # the file is new and renamed into place when whole, so nothing needs a journal
        target.execute("pragma journal_mode = off")
        target.execute("pragma synchronous = off")
        target.execute("begin")
        for table, columns in _TABLES.items():
            target.execute(f"create table {table} ({columns})")
            rows = connection.execute(sql(f"legacy_crm/{table}"))
            marks = ", ".join("?" for _ in rows.description)
            while batch := rows.fetchmany(_BATCH):
                target.executemany(f"insert into {table} values ({marks})", batch)
        target.execute("create table settings (name text primary key, value text)")
        target.execute("insert into settings values ('server_time', ?)", [clock.strftime("%Y-%m-%d %H:%M:%S")])
        target.execute("commit")
    finally:
        target.close()
