"""The company's web shop: a delta file a day, as a European spreadsheet would write it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb

from sources.simulators.company.timeline import sql


def order_export_query() -> str:
    """Return the query of the lines to export between the variables ``since`` and ``now``."""
    face = sql("face").replace("{columns}", "o.order_key,").replace("{at}", "o.placed_at")
    face = face.replace(
        "{from}",
        "due as o inner join records as r on o.record = r.record inner join customers as c on r.customer = c.customer",
    )
    return sql("order_export").replace("{face}", face)


def write_order_export(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the export of the span from the variable ``since`` to ``now``."""
    connection.execute(f"copy ({order_export_query()}) to '{path}' (format csv, delimiter ';', header true)")


def export_name(day: date) -> str:
    """Return the file name of a day's export."""
    return f"orders_{day:%Y-%m-%d}.csv"


def epoch_start() -> datetime:
    """Return the moment before everything: the first export holds the whole history."""
    return datetime(1970, 1, 1)
