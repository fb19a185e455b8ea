"""The tables of change logs: their technical columns, and how they follow a source whose columns change.

New columns are added, types widen in place where nothing is lost, any other change of type opens a column
``<column>__<type>`` beside the old one. Nothing is ever dropped, and no change of a source is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import duckdb

from sources.contract import Column, SourceObject
from sources.lake.column_types import holds, storable, suffix, widened
from sources.quoting import identifier, literal

# First in every change log, so that columns a source gains later never come between them.
TECHNICAL = {
    "_source": "VARCHAR",
    "_record_id": "VARCHAR",
    "_op": "VARCHAR",
    "_delete_reason": "VARCHAR",
    "_merged_into": "VARCHAR",
    "_source_modified_at": "TIMESTAMP",
    "_loaded_at": "TIMESTAMP",
    "_run_id": "VARCHAR",
    "_row_hash": "VARCHAR",
}

# Names that the working tables of a commit use beside a log's columns.
_WORKING = {
    "_copies", "_row_order", "_row_key", "_row_state", "_row_is_deleted", "_row_is_fed", "_own_modified_at",
    "_fed_at", "_fed_reason", "_known_at", "_known_op", "_known_state", "_known_modified_at",
}  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """A source column and the lake column that keeps it; ``former`` are the types it had there, oldest first."""

    source: str
    name: str
    type: str
    former: tuple[str, ...] = ()


@dataclass(frozen=True)
class SchemaChange:
    """What became of a source's column; ``change`` is one of five words.

    Its log got it ``added``, ``widened`` or as a ``variant``; or the log stays as it is, and the source shows it no
    more (``vanished``) or again (``appeared``).
    """

    column: str
    change: str
    old_type: str | None
    new_type: str

    def __str__(self) -> str:
        old = f"{self.old_type} -> " if self.old_type else ""
        return f"{self.change} {self.column} {old}{self.new_type}"


def log_name(connector_type: str, table: str) -> str:
    """Return the full SQL name of a change log."""
    return f"lake.{identifier(connector_type)}.{identifier(table)}"


def normalised(connection: duckdb.DuckDBPyConnection, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns with their types spelt as DuckDB prints them, as far as the lake can keep them."""
    if not columns:
        return ()
    nulls = ", ".join(f"typeof(cast(null as {column.type}))" for column in columns)
    types = connection.execute(f"select {nulls}").fetchone() or ()
    return tuple(replace(column, type=storable(name)) for column, name in zip(columns, types, strict=True))


def log_columns(connection: duckdb.DuckDBPyConnection, connector_type: str) -> dict[str, dict[str, str]]:
    """Return table -> column -> type of every change log of a connector type, in column order."""
    rows = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        f" where database_name = 'lake' and schema_name = {literal(connector_type)} order by table_name, column_index"
    ).fetchall()
    logs: dict[str, dict[str, str]] = {}
    for table, column, type_name in rows:
        logs.setdefault(table, {})[column] = type_name
    return logs


def place(existing: dict[str, str], incoming: Iterable[Column]) -> tuple[tuple[Placed, ...], tuple[SchemaChange, ...]]:
    """Decide which lake column keeps each incoming column, and the changes the log needs for that."""
    columns = list(incoming)
    types = {name.lower(): (name, type_name) for name, type_name in existing.items()}
    reserved = {column.name.lower() for column in columns} | {*TECHNICAL, *_WORKING}
    placed, changes = [], []
    for column in columns:
        name = _own_name(column.name)
        base = types.get(name.lower())
        type_name = column.type
        if base is None:
            changes.append(SchemaChange(name, "added", None, type_name))
        elif holds(base[1], column.type):
            name, type_name = base
        elif wider := widened(base[1], column.type):
            name, type_name = base[0], wider
            changes.append(SchemaChange(name, "widened", base[1], wider))
        else:
            name = _variant(f"{base[0]}__{suffix(column.type)}", column.type, types, reserved)
            if name.lower() not in types:
                changes.append(SchemaChange(name, "variant", base[1], type_name))
        types[name.lower()] = (name, type_name)
        reserved.add(name.lower())
        placed.append(Placed(column.name, name, type_name))
    return tuple(placed), tuple(changes)


def _own_name(name: str) -> str:
    """Return the lake's name of a source column: a source's own column of a name used here gets another one."""
    return f"source{name}" if name.lower() in {*TECHNICAL, *_WORKING} else name


def _variant(name: str, type_name: str, types: dict[str, tuple[str, str]], reserved: set[str]) -> str:
    """Return a free or fitting column name for a variant, never one that another source column uses."""
    while name.lower() in reserved or (name.lower() in types and types[name.lower()][1] != type_name):
        name += "_"
    return types[name.lower()][0] if name.lower() in types else name


def evolve(
    connection: duckdb.DuckDBPyConnection,
    connector_type: str,
    table: str,
    existing: dict[str, str] | None,
    incoming: Sequence[Column],
) -> tuple[tuple[Placed, ...], tuple[SchemaChange, ...]]:
    """Bring one change log to hold ``incoming`` and return the placement and what changed.

    Must run before any row is written in the same transaction: DuckLake damages a column that is added to a
    table of the same transaction after an insert. Creating the table is not itself a change.
    """
    log = log_name(connector_type, table)
    if existing is None:
        placed, _ = place({}, incoming)
        columns = [*TECHNICAL.items(), *((column.name, column.type) for column in placed)]
        body = ", ".join(f"{identifier(name)} {type_name}" for name, type_name in columns)
        connection.execute(f"create schema if not exists lake.{identifier(connector_type)}")
        connection.execute(f"create table {log} ({body})")
        return placed, ()
    placed, changes = place(existing, incoming)
    for change in changes:
        if change.change == "widened":
            statement = f"alter column {identifier(change.column)} set data type {change.new_type}"
        else:
            statement = f"add column {identifier(change.column)} {change.new_type}"
        connection.execute(f"alter table {log} {statement}")
    return placed, changes


def declare(
    connection: duckdb.DuckDBPyConnection, connector_type: str, objects: Iterable[SourceObject]
) -> list[tuple[SourceObject, SchemaChange]]:
    """Make every object's change log exist with at least its declared columns; return the columns added to old logs.

    A column that is there already stays as it is: following a change of type is left to the commit, which records it.
    """
    connection.execute(f"create schema if not exists lake.{identifier(connector_type)}")
    logs = log_columns(connection, connector_type)
    added = []
    for obj in objects:
        existing = logs.get(obj.table)
        known = {name.lower() for name in existing or ()}
        columns = [each for each in obj.columns if _own_name(each.name).lower() not in known]
        _, changes = evolve(connection, connector_type, obj.table, existing, normalised(connection, columns))
        added += [(obj, change) for change in changes]
    return added
