"""The connector of one mapping file: its objects, its clock, and reading through the database or file readers."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import duckdb

from sources.config import SourceConfig
from sources.contract import Check, Column, Extract, Reading, SourceObject, Window
from sources.databases.session import Session, own_connection
from sources.errors import CrmWarehouseError, SourceError
from sources.inspecting import clock_check, tried
from sources.mapped.database_table import source_table
from sources.mapped.file_reader import FileReader
from sources.mapped.mapping import Mapping, TableMapping
from sources.mapped.mapping_file import load_mapping


class MappedConnector:
    """A source described by a mapping file. Constructing one reads the file and opens no connection."""

    type = "mapped"

    def __init__(self, config: SourceConfig) -> None:
        self.name = config.name
        path = config.file("mapping")
        if not path.is_file():
            raise config.error("mapping", f"there is no mapping file {path}. Write it, or correct 'mapping'.")
        self.mapping: Mapping = load_mapping(path)
        connection, clock = self.mapping.connection, self.mapping.clock
        self._duck: duckdb.DuckDBPyConnection | None = None
        self._files = FileReader(self.name, self.mapping) if connection.kind == "files" else None
        self._session = None if self._files else Session(self.type, self.name, connection, clock)

    def objects(self) -> tuple[SourceObject, ...]:
        """Return one object per table of the mapping file, with the columns whose types it declares."""
        return tuple(source_object(self.name, table, is_files=self._files is not None) for table in self.mapping.tables)

    def clock(self) -> datetime:
        """Return the source's time, naive UTC; for files the time of this machine, unless the mapping has a clock."""
        if self._session:
            return self._session.clock()
        assert self._files
        return self._files.clock(self._connection())

    def check(self) -> list[Check]:
        """Connect, ask for the time, and look for every table and column the mapping names, and whether it is read."""
        try:
            time = self.clock()
        except CrmWarehouseError as error:
            return [Check("connection", False, str(error))]
        whose = "the mapping's clock" if self.mapping.clock else "the server"
        checks = [Check("connection", True, f"{self.mapping.connection.kind}, read-only")]
        if self.mapping.clock or not self._files:
            checks.append(clock_check(whose, time))
        return [*checks, *(tried(table.name, partial(self._check, table)) for table in self.mapping.tables)]

    def describe(self, obj: SourceObject) -> tuple[Column, ...]:
        """Return the columns of a table, or of the newest file of a feed. Raises SourceError or ConfigError."""
        table = self._table(obj)
        if self._session:
            return self._session.landed(source_table(table, self.mapping.path))
        assert self._files
        return self._files.describe(self._connection(), table)

    def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Return every row of ``obj`` that changed in the window. Raises SourceError or ConfigError."""
        table = self._table(obj)
        if self._session:
            return self._session.read(source_table(table, self.mapping.path), obj, window, reading)
        assert self._files
        return self._files.read(table, obj, window, reading)

    def close(self) -> None:
        """Detach the source from the lake's connection and release the one used for clock and checks."""
        if self._session:
            self._session.close()
        if self._duck:
            self._duck.close()
        self._duck = None

    def _table(self, obj: SourceObject) -> TableMapping:
        for table in self.mapping.tables:
            if table.name == obj.name:
                return table
        raise SourceError(self.name, obj.name, f"{self.mapping.path} has no table '{obj.name}'.")

    def _check(self, table: TableMapping) -> Check:
        """Return what there is of a table. Raises SourceError or ConfigError where it cannot be read."""
        if self._session:
            return self._session.check(source_table(table, self.mapping.path))
        assert self._files
        return Check(table.name, True, self._files.check(self._connection(), table))

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._duck is None:
            self._duck = own_connection()
        return self._duck


def table_name(source: str, table: TableMapping) -> str:
    """Return the lake table of a mapped table."""
    return f"{source}__{table.name}"


def source_object(source: str, table: TableMapping, *, is_files: bool) -> SourceObject:
    """Return the object the lake knows a mapped table by."""
    none = timedelta()
    is_windowed = table.cursor is not None and not is_files
    obj = SourceObject(
        table.name,
        table_name(source, table),
        tuple(each.column or "" for each in table.key),
        tuple(Column(name, each.type) for name, each in table.columns.items()),
        table.cursor_column,
        table.deleted_when.sql if table.deleted_when else None,
        table.merged_into.column if table.merged_into else None,
        lag=none if not is_windowed else SourceObject.lag if table.lag is None else table.lag,
        lookback=none if not is_windowed else SourceObject.lookback if table.lookback is None else table.lookback,
        deletes_by=_deletes_by(table, is_files=is_files),
    )
    return obj


def _deletes_by(table: TableMapping, *, is_files: bool) -> str:
    """Return how deletes of a mapped table are found, in words."""
    ways = [table.deleted_when.sql] if table.deleted_when else []
    if is_files and table.mode == "snapshot":
        ways.append("absence from the newest file")
    elif not is_files and table.cursor is None:
        ways.append("absence from each read")
    elif table.sweep:
        ways.append("a comparison of all keys")
    return ", ".join(ways) or "not found: no flag, sweep or snapshot"
