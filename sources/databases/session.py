"""A source database as one connector uses it: questions on a connection of its own, rows through the lake's."""

from __future__ import annotations

import contextlib
from datetime import datetime

import duckdb

from sources.contract import Check, Column, Extract, Reading, SourceObject, Window
from sources.databases.connection import Connection
from sources.databases.database import Database
from sources.databases.mysql import MySQL
from sources.databases.postgres import Postgres
from sources.databases.sqlite import SQLite
from sources.databases.table import SourceTable
from sources.databases.table_reader import describe, landed_columns, read_table

_DATABASES: dict[str, type[Database]] = {each.kind: each for each in (Postgres, MySQL, SQLite)}


def own_connection() -> duckdb.DuckDBPyConnection:
    """Return a DuckDB outside any lake, in UTC: the clock and checks are asked there."""
    duck = duckdb.connect(config={"autoinstall_known_extensions": False})
    duck.execute("set timezone = 'UTC'")
    return duck


class Session:
    """One source database. Constructing it opens nothing.

    Args:
        connector_type: the lake's schema.
        clock: SQL in the source's dialect for its own time; None asks the server.
    """

    def __init__(self, connector_type: str, source: str, connection: Connection, clock: str | None) -> None:
        self.database = _DATABASES[connection.kind](source, connection)
        self._type, self._clock = connector_type, clock
        self._duck: duckdb.DuckDBPyConnection | None = None
        self._lake: duckdb.DuckDBPyConnection | None = None

    def clock(self) -> datetime:
        """Connect, and return the source's time, naive UTC. Raises SourceError when it is not reached."""
        if self._duck is None:
            self._duck = own_connection()
        self.database.attach(self._duck)
        return self.database.clock(self._duck, self._clock)

    def check(self, table: SourceTable) -> Check:
        """Return what there is of a table. Raises SourceError or ConfigError where it cannot be read."""
        columns = describe(self.database, self._connected(), table)
        self.database.try_reading(self._connected(), table)
        return Check(table.name, True, f"{len(columns)} columns, readable")

    def landed(self, table: SourceTable) -> tuple[Column, ...]:
        """Return what a read would bring as the table's columns; raises what ``check`` does."""
        return landed_columns(self.database, self._connected(), table)

    def columns(self, table: str) -> tuple[str, ...]:
        """Return the names of a table's columns, none where there is no such table. Raises SourceError."""
        duck = self._connected()
        try:
            return tuple(each.name for each in self.database.columns(duck, SourceTable(table, (), table)))
        except duckdb.Error as error:
            raise self.database.failure(table, error) from None

    def tables(self) -> tuple[str, ...]:
        """Return the names of the source's tables, for suggestions. Raises SourceError."""
        duck = self._connected()
        try:
            return self.database.tables(duck)
        except duckdb.Error as error:
            raise self.database.failure(None, error) from None

    def read(self, table: SourceTable, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Return every row of the table that changed in the window. Raises SourceError or ConfigError."""
        self._lake = reading.connection
        return read_table(self.database, self._type, table, obj, window, reading)

    def close(self) -> None:
        """Detach the source from the lake's connection and release the one used for questions. Safe to call twice."""
        if self._lake:
            with contextlib.suppress(duckdb.Error):  # the lake may be closed by now
                self.database.detach(self._lake)
        self._lake = None
        if self._duck:
            self._duck.close()
        self._duck = None

    def _connected(self) -> duckdb.DuckDBPyConnection:
        if self._duck is None:
            self._duck = own_connection()
            self.database.attach(self._duck)
        return self._duck
