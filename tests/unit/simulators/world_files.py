"""What the files of a world say, read without any code of the simulators."""

from __future__ import annotations

import csv
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

Tables = dict[str, list[tuple[Any, ...]]]
DAYS = 2  # days that the company of the fixture ``days`` lives on


def salesforce(home: Path) -> Tables:
    """Return every table of the org in a fixed order."""
    with duckdb.connect(str(home / "salesforce.duckdb"), read_only=True) as org:
        names = [row[0] for row in org.execute("select table_name from duckdb_tables()").fetchall()]
        return {name: org.execute(f'select * from "{name}" order by all').fetchall() for name in names}


def legacy(home: Path, query: str) -> list[dict[str, Any]]:
    """Return rows of the legacy database as dicts."""
    database = sqlite3.connect(home / "legacy_crm.sqlite")
    database.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in database.execute(query)]
    finally:
        database.close()


@cache
def rows(home: Path, name: str) -> list[dict[str, Any]]:
    """Return one table of the org as dicts, read once: the folders of ``days`` never change."""
    with duckdb.connect(str(home / "salesforce.duckdb"), read_only=True) as org:
        answer = org.execute(f'select * from "{name}"')
        columns = [column[0] for column in answer.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def truth(home: Path, name: str) -> list[dict[str, Any]]:
    """Return one table of the truth as dicts."""
    with duckdb.connect() as connection:
        answer = connection.execute(f"select * from '{home}/truth/{name}.parquet'")
        columns = [column[0] for column in answer.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def export_lines(home: Path) -> dict[tuple[str, str], dict[str, str]]:
    """Return the shop's lines by order and line, the latest file winning."""
    latest = {}
    for path in sorted((home / "exports").glob("orders_*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file, delimiter=";"):
                latest[line["order_number"], line["line"]] = line
    return latest
