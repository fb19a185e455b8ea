"""MySQL and MariaDB through ATTACH. Dates travel as text: '0000-00-00' and 31 February are legal there."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb

from sources.contract import Window
from sources.databases.connection import Connection
from sources.databases.database import Database, SourceColumn
from sources.databases.table import SourceTable
from sources.databases.windows import condition
from sources.quoting import identifier, quoted

_INTEGERS = {"tinyint": "TINYINT", "smallint": "SMALLINT", "mediumint": "INTEGER", "int": "INTEGER", "bigint": "BIGINT"}
_TEXTS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "json")
_BLOBS = {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"}
_SHAPES = ("point", "geometry", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon")
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_UTC = "+00:00"
_SETTINGS = {
    "mysql_tinyint1_as_boolean": "false",  # a tinyint(1) may hold 2
    "mysql_query_timeout_enabled": "false",  # a first load may take longer than five minutes
}


class MySQL(Database):
    """A MySQL or MariaDB database."""

    kind = "mysql"
    extension = "mysql_scanner"

    def __init__(self, source: str, connection: Connection) -> None:
        super().__init__(source, connection)
        # TIMESTAMP columns are shown in the session's zone
        self._session_zone = _UTC

    def attach_sql(self) -> tuple[str, ...]:
        names = {"host": "host", "port": "port", "database": "database", "user": "user", "password": "password"}
        alias = identifier(self.alias)
        return (
            *(f"set {name} = {value}" for name, value in _SETTINGS.items()),
            f"set mysql_session_time_zone = {quoted(self._session_zone)}",
            self._secret_sql("mysql", names),
            f"attach '' as {alias} (type mysql, read_only, secret {alias})",
            f"drop secret {alias}",
        )

    def clock_sql(self) -> str:
        return "select utc_timestamp(6)"

    def clock(self, duck: duckdb.DuckDBPyConnection, sql: str | None) -> datetime:
        """Return the source's time; a mapping's own query runs in the source's zone, where ``now()`` has no other."""
        if not sql:
            return super().clock(duck, sql)
        offset = datetime.now(ZoneInfo(self.settings.time_zone)).strftime("%z")
        if offset == "+0000":
            return super().clock(duck, sql)
        self._session_zone = f"{offset[:3]}:{offset[3:5]}"
        try:
            self.attach(duck)
            return super().clock(duck, sql)
        finally:
            self._session_zone = _UTC

    def query(self, sql: str) -> str:
        return f"mysql_query({quoted(self.alias)}, {quoted(sql)})"

    def identifier(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def tables(self, duck: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
        sql = "select table_name from information_schema.tables where table_schema = database()"
        return tuple(name for (name,) in self.rows(duck, sql))

    def columns(self, duck: duckdb.DuckDBPyConnection, table: SourceTable) -> tuple[SourceColumn, ...]:
        if table.query:
            described = self.query(f"select * from {self.from_sql(table)} limit 0")
            rows = duck.execute(f"describe select * from {described}").fetchall()
            return tuple(self._of_query(name, type_name) for name, type_name, *_ in rows)
        literal = table.source_name.replace("\\", "\\\\").replace("'", "''")
        rows = self.rows(
            duck,
            "select column_name, data_type, column_type from information_schema.columns"
            f" where table_schema = database() and table_name = '{literal}' order by ordinal_position",
        )
        return tuple(self._of_table(name, _text(kind).lower(), _text(full).lower()) for name, kind, full in rows)

    def _of_table(self, name: str, kind: str, full: str) -> SourceColumn:
        """Return the description of a column from the server's own catalog."""
        own = self.identifier(name)
        if kind in ("date", "datetime", "timestamp"):
            return self._time(name, kind)
        if kind in _INTEGERS:
            return SourceColumn(name, ("U" if "unsigned" in full else "") + _INTEGERS[kind], own)
        sized = _DECIMAL.match(full)
        if sized and int(sized[1]) <= 38:
            return SourceColumn(name, f"DECIMAL({sized[1]},{sized[2]})", own)
        if kind in ("float", "double", "year"):
            read = _exact_float(own) if kind == "float" else own
            return SourceColumn(name, {"float": "FLOAT", "double": "DOUBLE", "year": "INTEGER"}[kind], read)
        if kind in _TEXTS:
            # a binary collation would make DuckDB take the text for bytes
            text = f"convert({own} using utf8mb4)"
            return SourceColumn(name, "VARCHAR", _decoded(text) if self.settings.is_double_encoded else text)
        if kind in _BLOBS:
            return SourceColumn(name, "BLOB", own)
        if kind == "bit":
            return SourceColumn(name, "UBIGINT", f"cast({own} as unsigned)")
        return SourceColumn(name, "VARCHAR", f"st_astext({own})" if kind in _SHAPES else f"cast({own} as char)")

    def _of_query(self, name: str, type_name: str) -> SourceColumn:
        """Return the description of a query's column from what DuckDB makes of it."""
        if type_name in ("DATE", "TIMESTAMP"):
            return self._time(name, "date" if type_name == "DATE" else "datetime")
        own = self.identifier(name)
        return SourceColumn(name, type_name, _exact_float(own) if type_name == "FLOAT" else own)

    def _time(self, name: str, kind: str) -> SourceColumn:
        read = f"cast({self.identifier(name)} as char)"
        zone = "utc" if kind == "timestamp" else "local"
        return SourceColumn(name, "DATE" if kind == "date" else "TIMESTAMP", read, is_text=True, time=zone)

    def window_sql(self, column: SourceColumn, window: Window, text_format: str | None) -> str:
        if column.time is None or window.since is None:
            return ""
        zone = "UTC" if column.time == "utc" else self.settings.time_zone
        own = self.identifier(column.name)

        def literal(moment: datetime) -> str:
            return f"'{moment}'"

        # a zero date is no time at all, like NULL
        inside = condition(own, window, zone, literal, is_date=column.type == "DATE")
        return f"({inside} or {own} < '1000-01-01')"


def _exact_float(own: str) -> str:
    """Return a FLOAT as the DOUBLE it is: the server writes a FLOAT with six digits, a DOUBLE with all it has."""
    return f"{own} + 0e0"


def _decoded(text: str) -> str:
    """Return a text that was written as cp1252 into UTF-8 once more as what it was; any other stays as it is.

    It was so when its bytes in cp1252, which the server calls latin1, are UTF-8, and reading these as cp1252 gives it.
    """
    once = f"convert(cast(convert({text} using latin1) as binary) using utf8mb4)"
    again = f"convert(convert(cast({once} as binary) using latin1) using utf8mb4)"
    return f"case when cast({again} as binary) = cast({text} as binary) then {once} else {text} end"


def _text(value: object) -> str:
    """Return catalog text, which some servers send as bytes."""
    return value.decode() if isinstance(value, bytes) else str(value)
