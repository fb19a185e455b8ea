"""What a source has, and what of it the lake has: ``crm-warehouse sources describe``. Reads no rows of the source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipelines.lakes import has_lake, open_lake
from pipelines.selecting import config_with_sources, objects_named, source_named
from pipelines.settings import Settings
from sources.contract import SourceObject
from sources.discovery import create
from sources.errors import CrmWarehouseError
from sources.lake import ledger
from sources.lake.schema import TECHNICAL, SchemaChange, log_columns, log_name, normalised, place
from sources.quoting import literal


@dataclass(frozen=True)
class ObjectFacts:
    """One object of a source.

    Attributes:
        log: its change log, ``<type>.<table>``.
        read_until: the end of its last committed window, naive UTC; None where it was never read.
        rows: the rows of this source in the log; None where there is no log.
    """

    object: SourceObject
    log: str
    read_until: datetime | None
    rows: int | None


@dataclass(frozen=True)
class ColumnFacts:
    """One column of an object.

    Attributes:
        name: the source's own.
        type: the type its values are kept as.
        is_declared: whether it is in the lake whatever the source has.
        state: what the lake has of it, in words.
    """

    name: str
    type: str
    is_declared: bool
    state: str


def describe_source(settings: Settings, name: str) -> list[ObjectFacts]:
    """Return the objects of a configured source, without touching the source.

    Raises CrmWarehouseError for an unknown name, ConfigError for an unusable configuration.
    """
    source = source_named(config_with_sources(settings), name)
    with closing(create(source)) as connector, _lake(settings) as connection:
        objects = connector.objects()
        logs = log_columns(connection, source.type)
        windows = ledger.last_windows(connection, name) if has_lake(settings) else {}
        rows = _rows(connection, source.type, name, [obj.table for obj in objects if obj.table in logs])
    return [
        ObjectFacts(
            obj,
            f"{source.type}.{obj.table}",
            windows[obj.table].until if obj.table in windows else None,
            rows.get(obj.table),
        )
        for obj in objects
    ]


def describe_object(settings: Settings, name: str, object_name: str) -> list[ColumnFacts]:
    """Return the columns that the source shows of an object, then those that only its change log has.

    Raises CrmWarehouseError for an unknown name and where the source has no such object, SourceError when it refuses.
    """
    source = source_named(config_with_sources(settings), name)
    with closing(create(source)) as connector, _lake(settings) as connection:
        (obj,) = objects_named(connector, [object_name])
        found = connector.describe(obj)
        if not found:
            advice = "it reads as empty, or its credentials may not see it: try `crm-warehouse sources check`"
            raise CrmWarehouseError(f"source '{name}' shows nothing of '{obj.name}'; {advice}")
        columns = normalised(connection, found)
        log = {
            column: kind
            for column, kind in log_columns(connection, source.type).get(obj.table, {}).items()
            if column not in TECHNICAL
        }
    placed, changes = place(log, columns)
    declared = {column.name.lower() for column in obj.columns}
    by_name = {change.column: change for change in changes}
    facts = [
        ColumnFacts(column.name, column.type, column.name.lower() in declared, _state(by_name.get(where.name)))
        for column, where in zip(columns, placed, strict=True)
    ]
    kept = {where.name.lower() for where in placed}
    left = ((column, kind) for column, kind in log.items() if column.lower() not in kept)
    return [
        *facts,
        *(
            ColumnFacts(each, kind, each.lower() in declared, "in the lake, not in this source now")
            for each, kind in left
        ),
    ]


def _state(change: SchemaChange | None) -> str:
    """Return what the next read does with a column, in words."""
    if change is None:
        return "in the lake"
    if change.change == "added":
        return "new"
    if change.change == "widened":
        return f"in the lake as {change.old_type}, to become {change.new_type}"
    return f"new as {change.column}: the lake has another type, {change.old_type}"


def _rows(connection: duckdb.DuckDBPyConnection, connector_type: str, source: str, tables: list[str]) -> dict[str, int]:
    """Return table -> the rows of a source in its change log."""
    counts = [
        f"select {literal(table)}, count(*) from {log_name(connector_type, table)} where _source = {literal(source)}"
        for table in tables
    ]
    return dict(connection.execute(" union all ".join(counts)).fetchall()) if counts else {}


@contextmanager
def _lake(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to the lake, or to nothing where there is none yet."""
    if has_lake(settings):
        with open_lake(settings, read_only=True) as lake:
            yield lake.connection
    else:
        with duckdb.connect() as connection:
            yield connection
