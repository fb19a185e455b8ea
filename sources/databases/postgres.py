"""PostgreSQL through ATTACH: parallel scans where DuckDB reads every type exactly, casts in the source elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from sources.contract import Window
from sources.databases.database import UNDECODABLE, Database, SourceColumn, decodable
from sources.databases.table import SourceTable
from sources.databases.windows import condition
from sources.quoting import identifier, quoted

_DIRECT = {
    "boolean": "BOOLEAN", "smallint": "SMALLINT", "integer": "INTEGER", "bigint": "BIGINT", "real": "FLOAT",
    "double precision": "DOUBLE", "text": "VARCHAR", "date": "DATE", "time without time zone": "TIME", "uuid": "UUID",
    "bytea": "BLOB", "json": "VARCHAR", "jsonb": "VARCHAR", "character varying": "VARCHAR", "character": "VARCHAR",
    "timestamp without time zone": "TIMESTAMP", "name": "VARCHAR",
}  # fmt: skip
_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")
_DESCRIBE = """
select a.attname, t.typtype = 'e', format_type(
    case when t.typtype = 'd' then t.typbasetype else a.atttypid end,
    case when t.typtype = 'd' then t.typtypmod else a.atttypmod end
)
from pg_attribute as a inner join pg_type as t on t.oid = a.atttypid
where a.attrelid = to_regclass({table}) and a.attnum > 0 and not a.attisdropped
order by a.attnum"""


class Postgres(Database):
    """A PostgreSQL database."""

    kind = "postgres"
    extension = "postgres_scanner"
    is_repeatable = True

    def attach_sql(self) -> tuple[str, ...]:
        names = {"host": "host", "port": "port", "database": "database", "user": "user", "password": "password"}
        # the server's own encoding otherwise, and DuckDB takes every text for UTF-8
        options = " ".join(
            ["client_encoding=UTF8", *(f"sslmode={mode}" for mode in [self.settings.text("sslmode")] if mode)]
        )
        alias, schema = identifier(self.alias), quoted(self.settings.text("schema") or "public")
        return (
            self._secret_sql("postgres", names),
            f"attach {quoted(options)} as {alias} (type postgres, read_only, schema {schema}, secret {alias})",
            f"drop secret {alias}",
        )

    def clock_sql(self) -> str:
        return "select clock_timestamp() at time zone 'UTC'"

    def query(self, sql: str) -> str:
        return f"postgres_query({quoted(self.alias)}, {quoted(sql)})"

    def qualified(self, name: str) -> str:
        return f"{identifier(self.settings.text('schema') or 'public')}.{identifier(name)}"

    def tables(self, duck: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
        schema = quoted(self.settings.text("schema") or "public")
        sql = f"select table_name from information_schema.tables where table_schema = {schema}"
        return tuple(name for (name,) in self.rows(duck, sql))

    def columns(self, duck: duckdb.DuckDBPyConnection, table: SourceTable) -> tuple[SourceColumn, ...]:
        if table.query:
            found = self._of_query(duck, table)
        else:
            rows = self.rows(duck, _DESCRIBE.format(table=quoted(self.qualified(table.source_name))))
            found = tuple(_column(name, type_name, is_enum) for name, is_enum, type_name in rows)
        if self.rows(duck, "select current_setting('server_encoding')") == [("SQL_ASCII",)]:
            return tuple(_as_bytes(column) if column.type == "VARCHAR" else column for column in found)
        return found

    def _of_query(self, duck: duckdb.DuckDBPyConnection, table: SourceTable) -> tuple[SourceColumn, ...]:
        """Describe a query's result; the server names types without their sizes, DuckDB names sizes alone."""
        source = self.from_sql(table)
        seen = duck.execute(f"describe select * from {self.query(f'select * from {source} limit 0')}").fetchall()
        types = ", ".join(f"pg_typeof({identifier(row[0])})::text as t{at}" for at, row in enumerate(seen))
        named = self.rows(duck, f"select {types} from (select 1) as one left join {source} on true limit 1")[0]
        columns = []
        for (name, duck_type, *_), type_name in zip(seen, named, strict=True):
            sized = duck_type.lower().replace("decimal", "numeric") if type_name == "numeric" else type_name
            columns.append(_column(name, sized, False))
        return tuple(columns)

    def scan(
        self, duck: duckdb.DuckDBPyConnection, table: SourceTable, columns: Sequence[SourceColumn], where: str
    ) -> str:
        if where or table.query or table.dated_by or not all(column.is_direct for column in columns):
            return super().scan(duck, table, columns, where)
        duck.execute("call pg_clear_cache()")
        return f"{identifier(self.alias)}.{self.qualified(table.source_name)}"

    def window_sql(self, column: SourceColumn, window: Window, text_format: str | None) -> str:
        if column.time is None:
            return ""
        zone = "UTC" if column.time == "utc" else self.settings.time_zone

        def literal(moment: datetime) -> str:
            return f"timestamptz '{moment}+00'" if column.time == "utc" else f"timestamp '{moment}'"

        return condition(identifier(column.name), window, zone, literal, is_date=column.type == "DATE")

    def exact(
        self, duck: duckdb.DuckDBPyConnection, table: SourceTable, columns: Sequence[SourceColumn], where: str
    ) -> tuple[SourceColumn, ...]:
        """Return the columns with those read as text that hold what DuckDB would read wrongly.

        A numeric NaN would arrive as 0, a timestamp after the year 294246 as one before our era.
        """
        risks = {column.name: _risk(column) for column in columns if _risk(column)}
        if not risks:
            return tuple(columns)
        found = ", ".join(f"coalesce(bool_or({risk}), false) as r{at}" for at, risk in enumerate(risks.values()))
        answer = self.rows(duck, f"select {found} from {self.from_sql(table)}{f' where {where}' if where else ''}")[0]
        wrong = {name for name, is_wrong in zip(risks, answer, strict=True) if is_wrong}
        return tuple(_as_text(column) if column.name in wrong else column for column in columns)


def _column(name: str, type_name: str, is_enum: bool) -> SourceColumn:
    """Return the description of a PostgreSQL column; a type DuckDB cannot hold exactly becomes text."""
    own = identifier(name)
    base = re.sub(r"\(\d+\)", "", type_name)
    if is_enum:
        return SourceColumn(name, "VARCHAR", f"{own}::text", convert=f"cast({own} as varchar)")
    if base == "timestamp with time zone":
        # kept as UTC without a zone: its text must not depend on the zone of whoever reads the lake
        return SourceColumn(name, "TIMESTAMP", own, convert=f"cast({own} as timestamp)", time="utc")
    if base in _DIRECT:
        time = "local" if base in ("date", "timestamp without time zone") else None
        return SourceColumn(name, _DIRECT[base], own, time=time)
    sized = _NUMERIC.fullmatch(type_name)
    if sized and int(sized[2]) <= int(sized[1]) <= 38:
        return SourceColumn(name, f"DECIMAL({sized[1]},{sized[2]})", own)
    return SourceColumn(name, "VARCHAR", f"{own}::text", is_direct=False)


def _risk(column: SourceColumn) -> str:
    own = identifier(column.name)
    if column.type.startswith("DECIMAL"):
        return f"{own} = 'NaN'"
    if column.type == "TIMESTAMP":
        return f"{own} >= '294247-01-01' and {own} < 'infinity'"
    return ""


def _as_bytes(column: SourceColumn) -> SourceColumn:
    """Return a text column of a database that keeps bytes of any encoding: a value that is not UTF-8 is marked."""
    own = identifier(column.name)
    return replace(
        column,
        read=f"convert_to({own}::text, 'SQL_ASCII')",
        convert=f"coalesce(try(decode({own})), '{UNDECODABLE}' || hex({own}))",
        is_direct=False,
        is_text=True,
        parse=decodable(column.name, own),
    )


def _as_text(column: SourceColumn) -> SourceColumn:
    return replace(column, read=f"{identifier(column.name)}::text", convert=None, is_direct=False, is_text=True)
