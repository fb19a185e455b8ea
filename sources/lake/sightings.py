"""Which columns a source shows of an object, from one commit to the next.

A column that is no longer shown was removed, renamed, or is hidden from the user who reads. Its values become NULL in
every row that comes from then on, so it is told and not passed over. Columns of a log say nothing of that: several
sources share it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import duckdb

from sources.contract import Column
from sources.lake.schema import SchemaChange
from sources.quoting import literal


def shown_before(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, list[str]]:
    """Return table → the columns that a source showed last, of every table that rows of it were read for."""
    rows = connection.execute(
        "select table_name, arg_max(columns, committed_at) from lake.ingest.windows"
        f" where _source = {literal(source)} and columns is not null group by table_name"
    ).fetchall()
    return {table: json.loads(columns) for table, columns in rows}


def compare(
    before: Sequence[str] | None, columns: Sequence[Column], log: Mapping[str, str]
) -> tuple[tuple[SchemaChange, ...], str | None]:
    """Return what changed in the columns shown, and the new ones as the ledger keeps them; None where nothing did.

    ``log`` are the log's columns with their types, before it followed this source: what is new to it is no news here.
    """
    names = [column.name for column in columns]
    kept = json.dumps(sorted(names), ensure_ascii=False)
    if before is None:
        return (), kept
    now, known = {name.lower() for name in names}, {name.lower() for name in before}
    types = {name.lower(): type_name for name, type_name in log.items()}
    vanished = (name for name in before if name.lower() not in now)
    changes = [SchemaChange(name, "vanished", None, types.get(name.lower(), "")) for name in vanished]
    changes += [
        SchemaChange(column.name, "appeared", None, types[column.name.lower()])
        for column in columns
        if column.name.lower() not in known and column.name.lower() in types
    ]
    return tuple(changes), kept if now != known else None
