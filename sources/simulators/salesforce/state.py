"""The org's data: a DuckDB database with one table per object, and the clock the org lives by.

A state is either a file, attached read-only, or a connection that tests change through records.py. Every request
works on a cursor of its own; nothing here speaks HTTP.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from sources.simulators.salesforce.schema import Schema, SObject, field_of_column, load_schema

Clock = Callable[[], datetime]


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """An SQL string literal; a NUL byte, which SQL text cannot hold, is spelled out."""
    return "'" + value.replace("'", "''").replace("\0", "' || chr(0) || '") + "'"


def empty_org() -> duckdb.DuckDBPyConnection:
    """Return an in-memory database with every table of schema.yml, empty."""
    connection = duckdb.connect(":memory:")
    for sobject in load_schema().values():
        columns = ", ".join(f"{quoted(field.name)} {field.sql_type}" for field in sobject.columns)
        connection.execute(f"create table {quoted(sobject.name)} ({columns})")
    connection.execute("create table _deleted (object varchar, id varchar, deleted_date timestamp)")
    return connection


class OrgState:
    """The tables, their metadata and the clock.

    Args:
        database: a state file, opened read-only, or a connection to change and serve at once.
        clock: the org's time; aware values are turned into naive UTC.

    Raises:
        ValueError: the database holds no table of a known object.
    """

    def __init__(self, database: Path | duckdb.DuckDBPyConnection, clock: Clock) -> None:
        self.lock = threading.RLock()
        self._clock = clock
        self._late: list[tuple[datetime, Callable[[], None]]] = []
        self.read_only = not isinstance(database, duckdb.DuckDBPyConnection)
        if isinstance(database, duckdb.DuckDBPyConnection):
            self.connection, self.catalog = database.cursor(), _catalog(database)
        else:
            self.connection, self.catalog = duckdb.connect(":memory:"), "org"
            self.connection.execute(f"attach {text(str(database))} as org (read_only)")
        self.schema = self._described()
        self.schema_changed_at = self.now()
        if not self.schema:
            raise ValueError(f"{database} holds no table of a Salesforce object")

    def now(self) -> datetime:
        """The org's time: naive UTC, whole seconds, as Salesforce stamps records."""
        now = self._clock()
        if now.tzinfo is not None:
            now = now.astimezone(UTC).replace(tzinfo=None)
        return now.replace(microsecond=0)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for one request."""
        return self.connection.cursor()

    def table(self, name: str) -> str:
        """The qualified SQL name of an object's table (or of ``_deleted``)."""
        return f"{quoted(self.catalog)}.main.{quoted(name)}"

    def has_delete_log(self) -> bool:
        """Whether the database has the table ``_deleted`` behind getDeleted."""
        return "_deleted" in self._tables()

    def sobject(self, name: str) -> SObject | None:
        """The object of that name in any case, or None."""
        wanted = name.lower()
        return next((sobject for known, sobject in self.schema.items() if known.lower() == wanted), None)

    def later(self, due: datetime, change: Callable[[], None]) -> None:
        """Run ``change`` at the first request at or after ``due`` on the org's clock."""
        with self.lock:
            self._late.append((due, change))

    def settle(self) -> None:
        """Make visible what is due: called before every request."""
        if not self._late:
            return
        with self.lock:
            now = self.now()
            due = [change for at, change in self._late if at <= now]
            self._late = [(at, change) for at, change in self._late if at > now]
            for change in due:
                change()

    def refresh_schema(self) -> None:
        """Take up columns that were added or dropped."""
        self.schema, self.schema_changed_at = self._described(), self.now()

    def close(self) -> None:
        """Close this state's own connection; one that was passed in stays open."""
        self.connection.close()

    def _tables(self) -> dict[str, dict[str, str]]:
        rows = self.cursor().execute(
            "select table_name, column_name, data_type from duckdb_columns()"
            # spelled out: a parameter makes DuckDB import pandas, which costs seconds
            f" where database_name = {text(self.catalog)} and schema_name = 'main' order by table_name, column_index"
        )
        tables: dict[str, dict[str, str]] = {}
        for table, column, sql_type in rows.fetchall():
            tables.setdefault(table, {})[column] = sql_type
        return tables

    def _described(self) -> Schema:
        tables, schema = self._tables(), {}
        for name, sobject in load_schema().items():
            if "Id" not in (columns := tables.get(name, {})):
                continue
            known = [field for field in sobject.fields if field.is_compound or field.name in columns]
            added = [field_of_column(c, t) for c, t in columns.items() if not sobject.has(c)]
            schema[name] = replace(sobject, fields=(*known, *added))
        return schema


def _catalog(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("select current_database()").fetchone()
    assert row is not None
    return str(row[0])
