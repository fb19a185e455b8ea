"""Reads one table or query of a database in one window. How its keys are compared belongs to ``sweep``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import duckdb

from sources.contract import Column, Extract, Reading, SourceObject, Window
from sources.databases import landing
from sources.databases.database import Database, SourceColumn, decodable
from sources.databases.landing import Landing
from sources.databases.sqlite import SQLite
from sources.databases.sweep import sweep
from sources.databases.table import SourceTable
from sources.quoting import identifier

_FEW = 10_000  # rows


def describe(database: Database, duck: duckdb.DuckDBPyConnection, table: SourceTable) -> tuple[SourceColumn, ...]:
    """Return the table's columns, those of the table that dates it last, without what never lands.

    Raises SourceError when the table is missing, ConfigError for a misnamed column.
    """
    try:
        columns = database.columns(duck, table)
        if not columns:
            raise database.missing(duck, table)
        if table.dated_by:
            theirs = database.columns(duck, replace(table, table=table.dated_by.table, dated_by=None))
            borrowed = {name.lower() for name in table.borrowed}
            columns = (*columns, *(each for each in theirs if each.name.lower() in borrowed))
    except duckdb.Error as error:
        raise database.failure(table.name, error) from None
    columns = tuple(each for each in columns if each.name.lower() not in table.unread)
    table.check_names([column.name for column in columns])
    return columns


def landed_columns(database: Database, duck: duckdb.DuckDBPyConnection, table: SourceTable) -> tuple[Column, ...]:
    """Return what a read of the table would bring as its columns; raises what ``describe`` does."""
    return tuple(each.column for each in _all_landings(database, table, describe(database, duck, table)))


def read_table(
    database: Database, connector_type: str, table: SourceTable, obj: SourceObject, window: Window, reading: Reading
) -> Extract:
    """Return what changed in the window, and all rows when the table has other columns than in the last one.

    Many rows come straight from the source where no value needs a second look.

    Raises SourceError when the source does not answer, ConfigError when what is configured does not fit it.
    """
    duck = reading.connection
    database.attach(duck)
    is_read = True
    try:
        with database.snapshot(duck):
            extract = _Reader(database, table, obj, reading).read(connector_type, window)
        is_read = extract.is_lasting
        return extract
    except duckdb.Error as error:
        raise database.failure(table.name, error) from None
    finally:
        if is_read:
            database.detach(duck)


class _Reader:
    """One table, described, and where its rows go."""

    def __init__(self, database: Database, table: SourceTable, obj: SourceObject, reading: Reading) -> None:
        self.database, self.table, self.obj, self.reading = database, table, obj, reading
        self.columns = describe(database, reading.connection, table)

    def read(self, connector_type: str, window: Window) -> Extract:
        """Return the extract of a window, with what a sweep finds; its token is what columns the table has."""
        names = "|".join(sorted(each.name for each in self.columns))
        shape = hashlib.md5(names.encode(), usedforsecurity=False).hexdigest()
        if window.token not in (None, shape):
            # a column that comes with values moves no cursor
            window = replace(window, since=None)
        window = replace(window, token=shape)
        extract = self._extract(window)
        if not self.table.sweep or self.reading.last is None:
            # without records in the lake none is gone, nor unseen
            return extract
        keys = self._staged_keys()
        found = sweep(self.database, connector_type, self.table, extract, keys, self.reading)
        if found.unseen and window.since is not None:
            # rows that no cursor led to: only reading everything finds them
            extract = replace(self._extract(replace(window, since=None)), window=window)
        return replace(extract, deletes=found.deletes)

    def _few(self, select: str) -> str | None:
        """Return the rows staged where they are few, so that they can wait for others to be committed with."""
        staged = landing.stage(self.reading, f"{select} limit {_FEW + 1}", "few", are_rows=False)
        (rows,) = self.reading.connection.execute(f"select count(*) from {staged}").fetchone() or (0,)
        if rows > _FEW:
            return None
        self.reading.progress(int(rows))
        return staged

    def _extract(self, window: Window) -> Extract:
        """Return the extract of a window; many rows are not staged if the source has every type and repeats itself."""
        database, table, obj, reading = self.database, self.table, self.obj, self.reading
        where = self._window(window)
        columns = database.exact(reading.connection, table, self.columns, where)
        landings = _all_landings(database, table, columns)
        if len(landings) > len(columns):
            obj = replace(obj, cursor=landings[-1].column.name)
        kept = tuple(each.column for each in landings)
        checks = table.checks(kept)
        is_typed = not any(each.is_text for each in landings)
        select = landing.select_sql(landings, database.scan(reading.connection, table, columns, where))
        relation = f"({select})"
        is_staged = not is_typed or bool(checks) or table.sweep or not database.is_repeatable
        if not is_staged and (few := self._few(select)):
            relation, is_staged = few, True
        elif is_staged:
            relation = landing.stage(reading, select, "rows")
            if isinstance(database, SQLite) and not _is_text(reading.connection, relation, kept):
                relation, kept = self._staged_bytes(database, where, landings)
        return Extract(
            obj, kept, window, relation,
            is_typed=is_typed, is_snapshot=table.cursor is None, shrink_limit=table.shrink_limit, checks=checks,
            # whoever set its date back, what a whole table holds of a record is the record's state
            is_current=not where, is_lasting=is_staged,
        )  # fmt: skip

    def _window(self, window: Window) -> str:
        if not self.table.cursor or window.since is None:
            return ""
        own = self.table.declared(self.table.cursor)
        return self.database.window_sql(_cursor(self.table, self.columns), window, own.format if own else None)

    def _staged_keys(self) -> tuple[str, tuple[Column, ...]]:
        """Stage the raw key of every row of the source, its change time and the columns that are watched."""
        names = {name.lower() for name in (*self.table.key, *self.table.watched, self.table.cursor or "")}
        columns = [column for column in self.columns if column.name.lower() in names]
        landings = _all_landings(self.database, self.table, columns)
        source = self.database.scan(self.reading.connection, self.table, columns, "")
        staged = landing.stage(self.reading, landing.select_sql(landings, source), "keys", are_rows=False)
        return staged, tuple(each.column for each in landings)

    def _staged_bytes(
        self, database: SQLite, where: str, landings: Sequence[Landing]
    ) -> tuple[str, tuple[Column, ...]]:
        """Stage rows with text that is not UTF-8: each such value is refused, its row kept."""
        as_bytes = {column.name: column for column in database.decoding(self.columns)}
        marked, kept = [], []
        for each in landings:
            name, own = each.column.name, identifier(each.column.name)
            decoded = as_bytes.get(name)
            value = each.value.replace(own, decoded.convert or own) if decoded else each.value
            typed = each.column.parse or f"try_cast({own} as {each.column.type})"
            kept.append(replace(each.column, parse=decodable(name, typed)) if decoded else each.column)
            marked.append(Landing(kept[-1], value, True))
        source = database.scan(self.reading.connection, self.table, tuple(as_bytes.values()), where)
        return landing.stage(self.reading, landing.select_sql(marked, source), "bytes"), tuple(kept)


def _cursor(table: SourceTable, columns: Sequence[SourceColumn]) -> SourceColumn:
    name = (table.cursor or "").lower()
    return next(column for column in columns if column.name.lower() == name)


def _all_landings(database: Database, table: SourceTable, columns: Sequence[SourceColumn]) -> list[Landing]:
    """Return what lands of each column, and last, where the cursor is no UTC time, that time in UTC."""
    landings = _landings(table, columns)
    time = _cursor(table, columns).time if table.cursor else None
    extra = landing.utc_cursor(table.cursor, landings, time, database.settings.time_zone)
    return [*landings, extra] if extra else landings


def _landings(table: SourceTable, columns: Sequence[SourceColumn]) -> list[Landing]:
    """Return what lands of each column: its own type, or the declared one from its text."""
    landings = []
    for column in columns:
        value = column.convert or identifier(column.name)
        own = table.declared(column.name)
        if own and (own.format or own.type.upper() != column.type.upper()):
            parse = landing.parse_sql(column.name, own.type, own.format)
            if column.parse:
                parse = decodable(column.name, parse or f"try_cast({identifier(column.name)} as {own.type})")
            kept = Column(column.name, own.type, parse)
            landings.append(Landing(kept, value if column.is_text else f"cast({value} as varchar)", True))
        else:
            landings.append(Landing(Column(column.name, column.type, column.parse), value, column.is_text))
    return landings


def _is_text(duck: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[Column]) -> bool:
    """Whether every staged text is UTF-8; SQLite hands over any bytes, and only reading them back looks closer."""
    lengths = ", ".join(f"max(length(cast({identifier(each.name)} as varchar)))" for each in columns)
    try:
        duck.execute(f"select {lengths} from {relation}").fetchone()
    except duckdb.InvalidInputException:
        return False
    return True
