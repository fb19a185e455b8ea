"""SQLite through ATTACH. A column's type is only a wish there, so every value travels as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

import duckdb

from sources.contract import Window
from sources.databases.database import KEPT, UNDECODABLE, Database, SourceColumn
from sources.databases.table import EPOCHS, SourceTable
from sources.databases.windows import FAR, bounds
from sources.errors import SourceError
from sources.quoting import identifier, quoted

_DECIMAL = re.compile(r"(?:decimal|numeric)\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)", re.IGNORECASE)
# what a declared type means; the first word found wins
_MEANINGS = (
    ("bool", "BOOLEAN"), ("datetime", "TIMESTAMP"), ("timestamp", "TIMESTAMP"), ("date", "DATE"), ("int", "BIGINT"),
    ("char", "VARCHAR"), ("clob", "VARCHAR"), ("text", "VARCHAR"), ("blob", "VARCHAR"), ("real", "DOUBLE"),
    ("floa", "DOUBLE"), ("doub", "DOUBLE"),
)  # fmt: skip


class SQLite(Database):
    """A SQLite file."""

    kind = "sqlite"
    extension = "sqlite_scanner"

    def attach_sql(self) -> tuple[str, ...]:
        path = self.settings.file("path")
        if not path.is_file():
            remedy = f"Correct `path:` ({self.settings.place}). {KEPT}"
            raise SourceError(self.source, None, f"there is no file {path}.", remedy)
        return (f"attach {quoted(path)} as {identifier(self.alias)} (type sqlite, read_only)",)

    def clock_sql(self) -> str:
        return "select strftime('%Y-%m-%d %H:%M:%f', 'now')"

    def query(self, sql: str) -> str:
        return f"sqlite_query({quoted(self.alias)}, {quoted(sql)})"

    def tables(self, duck: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
        return tuple(
            name for (name,) in self.rows(duck, "select name from sqlite_master where type in ('table', 'view')")
        )

    def columns(self, duck: duckdb.DuckDBPyConnection, table: SourceTable) -> tuple[SourceColumn, ...]:
        if table.query:
            described = self.query(f"select * from {self.from_sql(table)} limit 0")
            rows = [(row[0], "") for row in duck.execute(f"describe select * from {described}").fetchall()]
        else:
            rows = self.rows(
                duck, f"select name, coalesce(type, '') from pragma_table_info({quoted(table.source_name)})"
            )
        cursor = (table.cursor or "").lower()
        return tuple(_column(name, declared or "", is_cursor=name.lower() == cursor) for name, declared in rows)

    def window_sql(self, column: SourceColumn, window: Window, text_format: str | None) -> str:
        """Leave out only rows that are provably outside: whatever is no ISO time (or number, for epochs) is read."""
        since, until = bounds(window, self.settings.time_zone)
        if since is None:
            return ""
        own, ceiling = identifier(column.name), until + timedelta(minutes=1)
        if text_format in EPOCHS:
            unit = 1_000_000 // EPOCHS[text_format]
            low, high, far = (f"unixepoch('{each}') * {unit}" for each in (since, ceiling, until + FAR))
            return (
                f"not (typeof({own}) in ('integer', 'real') and ({own} < {low} or ({own} >= {high} and {own} < {far})))"
            )
        if text_format:
            return ""
        # to the minute, since a value may have no seconds, and no further than the value goes, since a date changes
        # all day; an offset or a Z makes it incomparable as text
        low, high, far = (f"'{each:%Y-%m-%d %H:%M}'" for each in (since, ceiling, until + FAR))
        text = f"replace({own}, 'T', ' ')"
        comparable = (
            f"typeof({own}) = 'text' and {own} glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"
            f" and substr({own}, 11) not glob '*[^0-9T:. ]*'"
        )
        before = f"{text} < substr({low}, 1, length({text}))"
        return f"not ({comparable} and ({before} or ({text} >= {high} and {text} < {far})))"

    def decoding(self, columns: Sequence[SourceColumn]) -> tuple[SourceColumn, ...]:
        """Return the columns read as bytes, for a database with text that is not UTF-8: that text is marked."""
        decoded = []
        for column in columns:
            own = identifier(column.name)
            value = f"decode(unhex(substr({own}, 2)))"
            marked = f"coalesce(try({value}), '{UNDECODABLE}' || substr({own}, 2))"
            read = f"case when typeof({own}) in ('text', 'blob') then 'x' || hex({own}) else {column.read} end"
            convert = f"case when {own} like 'x%' then {marked} else {own} end"
            decoded.append(SourceColumn(column.name, column.type, read, convert, False, True, column.time))
        return tuple(decoded)


def _column(name: str, declared: str, *, is_cursor: bool) -> SourceColumn:
    """Return the description of a SQLite column; the cursor is a time even where it is declared TEXT."""
    own = identifier(name)
    sized = _DECIMAL.search(declared)
    if sized and int(sized[2]) <= int(sized[1]) <= 38:
        kind = f"DECIMAL({sized[1]},{sized[2]})"
    else:
        kind = next((meaning for word, meaning in _MEANINGS if word in declared.lower()), "VARCHAR")
    if is_cursor and kind == "VARCHAR":
        kind = "TIMESTAMP"
    # SQLite prints a REAL with 15 digits, whatever its column is called; some need two more to be the same number
    short = f"cast({own} as text)"
    exact = f"case when cast({short} as real) = {own} then {short} else printf('%!.17g', {own}) end"
    read = f"case typeof({own}) when 'real' then {exact} else {own} end"
    return SourceColumn(name, kind, read, is_direct=False, is_text=True, time="local")
