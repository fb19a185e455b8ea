"""What an asset shows of a table: rows, columns and a preview. Reads tables; never writes.

Dagster keeps metadata in its own event log, which no erasure of a person reaches. So a preview never shows
free text: names, addresses, e-mails and subjects are cut to their first letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import dagster as dg
import duckdb

from sources.quoting import identifier

_PREVIEW_ROWS = 5
_PREVIEW_COLUMNS = 12
# text that names a kind of thing and never a person
_SHOWN = re.compile(
    r"(^|_)(id|key|code|status|stage|type|kind|op|delete_reason|segment|level|family|currency|state|system|instance|entity"
    r"|source|sku|channel|table|object|change|rule|hash)s?$",
    re.IGNORECASE,
)


def table_metadata(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Mapping[str, str] | None = None,
    *,
    with_preview: bool = True,
) -> dict[str, Any]:
    """Return row count, columns and a masked preview of ``relation`` (quoted SQL) as Dagster metadata.

    ``columns`` are its types by name, asked for unless given.
    """
    columns = columns or _described(connection, relation)
    (rows,) = connection.execute(f"select count(*) from {relation}").fetchone() or (0,)
    if not with_preview:
        return _sized(rows, columns)
    # a column that is not shown is not read
    shown = ", ".join(identifier(name) for name in list(columns)[:_PREVIEW_COLUMNS])
    found = connection.execute(f"select {shown} from {relation} limit {_PREVIEW_ROWS}").fetchall()
    return _metadata(rows, columns, found)


def empty_table_metadata(columns: Mapping[str, str]) -> dict[str, Any]:
    """Return what ``table_metadata`` does of a table known to have no row: DuckLake is slow to say so of many."""
    return _metadata(0, columns, [])


def view_metadata(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, Any]:
    """Return the columns of ``relation`` alone: counting a view, or showing five rows of it, can mean computing it."""
    return _column_schema(_described(connection, relation))


def _metadata(rows: int, columns: Mapping[str, str], found: list[tuple[Any, ...]]) -> dict[str, Any]:
    shown = dg.MetadataValue.md(preview(list(columns), found))
    return {**_sized(rows, columns), "preview": shown}


def _sized(rows: int, columns: Mapping[str, str]) -> dict[str, Any]:
    return {"dagster/row_count": int(rows), **_column_schema(columns)}


def _described(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    return dict(connection.execute(f"select column_name, column_type from (describe {relation})").fetchall())


def _column_schema(columns: Mapping[str, str]) -> dict[str, Any]:
    return {"dagster/column_schema": dg.TableSchema([dg.TableColumn(name, kind) for name, kind in columns.items()])}


def preview(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    """Return rows as a Markdown table with free text masked."""
    if not rows:
        return "*no rows*"
    shown = names[:_PREVIEW_COLUMNS]
    lines = ["| " + " | ".join(shown) + " |", "|" + " --- |" * len(shown)]
    for row in rows:
        values = (_masked(name, value) for name, value in zip(shown, row, strict=False))
        lines.append("| " + " | ".join(values) + " |")
    hidden = len(names) - len(shown)
    return "\n".join(lines) + (f"\n\nand {hidden} more columns" if hidden > 0 else "")


def _masked(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date | Decimal | int | float):
        return "•••" if "birth" in name.lower() else str(value)
    text = str(value).replace("|", "\\|")
    # where a source knows its customers by e-mail, that is their id
    return text[:40] if _SHOWN.search(name) and "@" not in text else f"{text[:1]}•••"
