"""Reads one table or query of a database in one window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from sources.contract import Column, Extract, Reading, SourceObject, Window
from sources.errors import SourceError
from sources.lake.rows import record_id
from sources.lake.schema import log_name
from sources.mapped import landing
from sources.mapped.canonical import entity_checks
from sources.mapped.database import KEPT, Database, SourceColumn
from sources.mapped.landing import Landing
from sources.mapped.mapping import TableMapping
from sources.mapped.postgres import Postgres
from sources.mapped.sqlite import UNDECODABLE, SQLite
from sources.quoting import identifier, quoted
from sources.yaml_lines import nearest


def describe(database: Database, duck: duckdb.DuckDBPyConnection, table: TableMapping) -> tuple[SourceColumn, ...]:
    """Return the table's columns; raises SourceError when it is missing, ConfigError for a misnamed column."""
    try:
        columns = database.columns(duck, table)
        if not columns:
            raise database.missing(duck, table)
    except duckdb.Error as error:
        raise database.failure(table.name, error) from None
    names = tuple(column.name for column in columns)
    for expression in table.expressions():
        expression.check_columns(names, table.name)
    for name, column in table.columns.items():
        if name.lower() not in {each.lower() for each in names}:
            raise column.node.error(f"table '{table.name}' has no column '{name}'{nearest(name, names)}")
    return columns


def landed_columns(database: Database, duck: duckdb.DuckDBPyConnection, table: TableMapping) -> tuple[Column, ...]:
    """Return what a read of the table would bring as its columns; raises what ``describe`` does."""
    columns = describe(database, duck, table)
    return tuple(each.column for each in _all_landings(database, table, columns))


def read_table(database: Database, table: TableMapping, obj: SourceObject, window: Window, reading: Reading) -> Extract:
    """Return what changed in the window, straight from the source where no value needs a second look.

    Raises SourceError when the source does not answer, ConfigError when the mapping does not fit it.
    """
    duck = reading.connection
    database.attach(duck)
    is_staged = True
    try:
        columns = describe(database, duck, table)
        extract = _extract(database, table, obj, window, reading, columns)
        is_staged = extract.relation.startswith("read_parquet(")
        if table.sweep:
            extract = _swept(database, table, reading, columns, extract)
        return extract
    except duckdb.Error as error:
        raise database.failure(table.name, error) from None
    finally:
        if is_staged:
            database.detach(duck)


def _extract(
    database: Database,
    table: TableMapping,
    obj: SourceObject,
    window: Window,
    reading: Reading,
    columns: Sequence[SourceColumn],
) -> Extract:
    """Return the extract of one window; it is staged unless the source already has every type."""
    where = _window(database, table, columns, window)
    if isinstance(database, Postgres):
        columns = database.exact(reading.connection, table, columns, where)
    landings = _all_landings(database, table, columns)
    if len(landings) > len(columns):
        obj = replace(obj, cursor=landings[-1].column.name)
    kept = tuple(each.column for each in landings)
    checks = entity_checks(table, kept)
    is_typed = not any(each.is_text for each in landings)
    select = landing.select_sql(landings, database.scan(reading.connection, table, columns, where))
    relation = f"({select})"
    if not is_typed or checks or table.sweep:
        relation = landing.stage(reading, select, "rows")
        if isinstance(database, SQLite) and not _is_text(reading.connection, relation, kept):
            relation, kept = _staged_bytes(database, table, reading, columns, where, landings)
    return Extract(
        obj, kept, window, relation,
        is_typed=is_typed, is_snapshot=table.cursor is None, shrink_limit=table.shrink_limit, checks=checks,
    )  # fmt: skip


def _window(database: Database, table: TableMapping, columns: Sequence[SourceColumn], window: Window) -> str:
    if not table.cursor or window.since is None:
        return ""
    own = landing.declared(table, table.cursor.column or "")
    return database.window_sql(_cursor(table, columns), window, own.format if own else None)


def _cursor(table: TableMapping, columns: Sequence[SourceColumn]) -> SourceColumn:
    name = (table.cursor.column or "").lower() if table.cursor else ""
    return next(column for column in columns if column.name.lower() == name)


def _time(table: TableMapping, columns: Sequence[SourceColumn]) -> str | None:
    return _cursor(table, columns).time if table.cursor else None


def _all_landings(database: Database, table: TableMapping, columns: Sequence[SourceColumn]) -> list[Landing]:
    """Return what lands of each column, and last, where the cursor is no UTC time, that time in UTC."""
    landings = _landings(table, columns)
    extra = landing.utc_cursor(table, landings, _time(table, columns), database.settings.time_zone)
    return [*landings, extra] if extra else landings


def _landings(table: TableMapping, columns: Sequence[SourceColumn]) -> list[Landing]:
    """Return what lands of each column: its own type, or the declared one from its text."""
    landings = []
    for column in columns:
        value = column.convert or identifier(column.name)
        own = landing.declared(table, column.name)
        if own:
            parse = landing.parse_sql(column.name, own.type, own.format)
            kept = Column(column.name, own.type, parse)
            landings.append(Landing(kept, value if column.is_text else f"cast({value} as varchar)", True))
        else:
            landings.append(Landing(Column(column.name, column.type), value, column.is_text))
    return landings


def _is_text(duck: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[Column]) -> bool:
    """Whether every staged text is UTF-8; SQLite hands over any bytes, and only reading them back looks closer."""
    lengths = ", ".join(f"max(length(cast({identifier(each.name)} as varchar)))" for each in columns)
    try:
        duck.execute(f"select {lengths} from {relation}").fetchone()
    except duckdb.InvalidInputException:
        return False
    return True


def _staged_bytes(
    database: SQLite,
    table: TableMapping,
    reading: Reading,
    columns: Sequence[SourceColumn],
    where: str,
    landings: Sequence[Landing],
) -> tuple[str, tuple[Column, ...]]:
    """Stage rows with text that is not UTF-8: each such value is refused, its row kept."""
    as_bytes = {column.name: column for column in database.decoding(columns)}
    marked, kept = [], []
    for each in landings:
        name, own = each.column.name, identifier(each.column.name)
        decoded = as_bytes.get(name)
        value = each.value.replace(own, decoded.convert or own) if decoded else each.value
        typed = each.column.parse or f"try_cast({own} as {each.column.type})"
        parse = f"case when not starts_with({own}, '{UNDECODABLE}') then {typed} end"
        kept.append(replace(each.column, parse=parse) if decoded else each.column)
        marked.append(Landing(kept[-1], value, True))
    source = database.scan(reading.connection, table, tuple(as_bytes.values()), where)
    return landing.stage(reading, landing.select_sql(marked, source), "bytes"), tuple(kept)


def _swept(
    database: Database, table: TableMapping, reading: Reading, columns: Sequence[SourceColumn], extract: Extract
) -> Extract:
    """Compare every key of the source with the lake's living records: what is gone is a delete, what is new is read.

    Raises SourceError when more records are gone than the shrink limit lets.
    """
    duck = reading.connection
    names = {each.column for each in table.key if each.column}
    keys = [column for column in columns if column.name.lower() in {name.lower() for name in names}]
    source = landing.select_sql(_landings(table, keys), database.scan(duck, table, keys, ""))
    typed = ", ".join(
        f"{column.parse or f'try_cast({own} as {column.type})'} as {own}"
        for column in extract.columns
        if (own := identifier(column.name)) and column.name in {key.name for key in keys}
    )
    identity = record_id(tuple(extract.object.key))
    present = landing.stage(reading, f"select {identity} as record_id from (select {typed} from ({source}))", "keys")
    log, mine = log_name("mapped", extract.object.table), f"_source = {quoted(database.source)}"
    records = f"select _record_id as record_id from {log} where {mine} group by _record_id having"
    living = f"{records} arg_max(_op, _loaded_at) = 'upsert'"
    # a soft-deleted row is still in the source, and known
    held = f"{records} arg_max(_op = 'upsert' or _delete_reason is distinct from 'purged', _loaded_at)"
    known, gone, unseen = duck.execute(f"""
        with living as ({living}), held as ({held}),
        present as (select record_id from {present} where record_id is not null),
        window_rows as (select {identity} as record_id from (select {typed} from {extract.relation}))
        select (select count(*) from living), (select count(*) from living anti join present using (record_id)),
            (select count(*) from present anti join held using (record_id) anti join window_rows using (record_id))
        """).fetchone() or (0, 0, 0)
    if gone > table.shrink_limit * known:
        message = (
            f"{gone:,} of {known:,} known records are gone, more than the shrink limit of {table.shrink_limit:.0%}."
        )
        raise SourceError(database.source, table.name, message, f"If they are really gone, raise shrink_limit. {KEPT}")
    if unseen and extract.window.since is not None:
        # a row committed late, with a stamp before the window: only reading everything finds such rows
        whole = _extract(database, table, extract.object, replace(extract.window, since=None), reading, columns)
        extract = replace(whole, window=extract.window)
    deletes = f"(select record_id, cast(null as timestamp) as deleted_at, 'purged' as reason from ({living})" + (
        f" where record_id not in (select record_id from {present} where record_id is not null))"
    )
    return replace(extract, deletes=deletes)
