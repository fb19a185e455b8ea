"""Staged extracts made of Python rows, and what a log holds, for tests of the lake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sources.contract import Column, Extract, SourceObject, Window
from sources.lake import Committed, Lake

ACCOUNT = SourceObject(
    name="Account",
    table="account",
    key=("Id",),
    columns=(
        Column("Id", "VARCHAR"),
        Column("Name", "VARCHAR"),
        Column("Amount", "DECIMAL(18,2)"),
        Column("IsDeleted", "BOOLEAN"),
        Column("MasterId", "VARCHAR"),
        Column("Stamp", "TIMESTAMP"),
    ),
    cursor="Stamp",
    deleted_when='"IsDeleted"',
    merged_into="MasterId",
)
UNTIL = datetime(2024, 6, 1)


def literal(value: object) -> str:
    """Return a value as SQL text, as a page of text holds it."""
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def relation(
    rows: Iterable[Mapping[str, object]], columns: Iterable[str], type_of: Mapping[str, str] | None = None
) -> str:
    """Return a FROM clause with the rows; text unless ``type_of`` gives types."""
    names = list(columns)
    types = type_of or {}
    selects = [
        "select " + ", ".join(f'cast({literal(row.get(n))} as {types.get(n, "varchar")}) as "{n}"' for n in names)
        for row in rows
    ]
    empty = "select " + ", ".join(f'cast(null as {types.get(n, "varchar")}) as "{n}"' for n in names) + " where false"
    return f"({' union all '.join([*selects, empty])})"


def extract(
    *rows: Mapping[str, object],
    obj: SourceObject = ACCOUNT,
    columns: Iterable[Column] = (),
    until: datetime = UNTIL,
    **more: Any,
) -> Extract:
    """Return an extract of text rows with the columns that any row has, typed as declared or as given."""
    types = {column.name: column for column in (*obj.columns, *columns)}
    present = [types[name] for name in types if any(name in row for row in rows)] or list(obj.columns)
    staged = relation(rows, [column.name for column in present])
    return Extract(obj, tuple(present), more.pop("window", Window(None, until)), staged, **more)


def typed(found: Extract) -> Extract:
    """Return the same extract with its relation typed by the reader instead of the lake."""
    casts = ", ".join(f'cast("{column.name}" as {column.type}) as "{column.name}"' for column in found.columns)
    return replace(found, relation=f"(select {casts} from {found.relation})", is_typed=True)


def commit(lake: Lake, found: Extract, source: str = "emea", run_id: str = "run") -> Committed:
    """Commit an extract of the type ``sf``."""
    return lake.commit("sf", source, found, run_id)


def log(lake: Lake, columns: str, table: str = "account") -> list[tuple[Any, ...]]:
    """Return columns of a log in the order of its commits."""
    return lake.connection.execute(f"select {columns} from lake.sf.{table} order by _loaded_at, _record_id").fetchall()


def current(lake: Lake, columns: str, table: str = "account") -> list[tuple[Any, ...]]:
    """Return columns of each record's last row, by record."""
    return lake.connection.execute(
        f"select {columns} from lake.sf.{table}"
        " qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1"
        " order by _source, _record_id"
    ).fetchall()


def ledger(lake: Lake, columns: str, table: str) -> list[tuple[Any, ...]]:
    """Return columns of a ledger table."""
    return lake.connection.execute(f"select {columns} from lake.ingest.{table} order by all").fetchall()


def deletes(*entries: tuple[str, str | None, str | None]) -> str:
    """Return a delete feed of (record id, time, reason)."""
    rows = [{"record_id": i, "deleted_at": t, "reason": r} for i, t, r in entries]
    return relation(rows, ["record_id", "deleted_at", "reason"], {"deleted_at": "timestamp"})
