"""A vendor's data: a DuckDB database with one table per object, and the clock the vendor lives by.

A state is either a file, attached read-only, or a connection that tests change. Every request works on a cursor of
its own; nothing here speaks HTTP.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

Clock = Callable[[], datetime]


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """An SQL string literal; a NUL byte, which SQL text cannot hold, is spelled out."""
    return "'" + value.replace("'", "''").replace("\0", "' || chr(0) || '") + "'"


class State:
    """The tables and the clock.

    Args:
        database: a state file, opened read-only, or a connection to change and serve at once.
        clock: the vendor's time; aware values are turned into naive UTC.
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

    def now(self) -> datetime:
        """The vendor's time: naive UTC, whole seconds."""
        return self.exact_now().replace(microsecond=0)

    def exact_now(self) -> datetime:
        """The vendor's time with its fraction of a second, naive UTC."""
        now = self._clock()
        return now if now.tzinfo is None else now.astimezone(UTC).replace(tzinfo=None)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for one request."""
        return self.connection.cursor()

    def table(self, name: str) -> str:
        """The qualified SQL name of a table."""
        return f"{quoted(self.catalog)}.main.{quoted(name)}"

    def tables(self) -> dict[str, dict[str, str]]:
        """Return table → column → DuckDB type, columns in their order."""
        rows = self.cursor().execute(
            "select table_name, column_name, data_type from duckdb_columns()"
            # spelled out: a parameter makes DuckDB import pandas, which costs seconds
            f" where database_name = {text(self.catalog)} and schema_name = 'main' order by table_name, column_index"
        )
        tables: dict[str, dict[str, str]] = {}
        for table, column, sql_type in rows.fetchall():
            tables.setdefault(table, {})[column] = sql_type
        return tables

    def later(self, due: datetime, change: Callable[[], None]) -> None:
        """Run ``change`` at the first request at or after ``due`` on the vendor's clock."""
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

    def close(self) -> None:
        """Close this state's own connection; one that was passed in stays open."""
        self.connection.close()


def _catalog(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("select current_database()").fetchone()
    assert row is not None
    return str(row[0])
