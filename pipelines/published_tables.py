"""The tables of core and marts between two DuckDB databases: what they hold, and how one follows the other.

Works on an open connection with databases attached by name; which files they are is ``published``'s.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from sources.quoting import identifier, quoted
from sources.relations import relations

SCHEMAS = ("core", "marts")
_WANTED = ", ".join(f"'{schema}'" for schema in SCHEMAS)
# beyond this share of changed rows a table is written anew: that packs it better and costs no more
_FEW = 0.1


def table_contents(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, tuple[int, str]]:
    """Return ``schema.table`` -> (rows, content hash) of core and marts.

    The hash is made of sums over row hashes, so that the order of rows is no matter; it is equal for equal columns,
    types and rows on every machine with this DuckDB.
    """
    contents = {}
    for schema, table in relations(connection, database, SCHEMAS):
        name = f"{identifier(database)}.{identifier(schema)}.{identifier(table)}"
        columns = _columns(connection, name)
        row = connection.execute(
            f"select row_count, md5(concat_ws('|', {quoted(repr(columns))}, row_count, total, mixed)) from ("
            "select count(*) as row_count, sum(row_hash) as total, bit_xor(hash(row_hash, 1)) as mixed"
            f" from (select {_row_hash(columns)} as row_hash from {name}))"
        ).fetchone()
        assert row is not None
        contents[f"{schema}.{table}"] = (row[0], row[1])
    return contents


def follow(connection: duckdb.DuckDBPyConnection) -> None:
    """Make core and marts of the database ``next`` equal to those of ``warehouse``, writing only what differs.

    A table that is new, has other columns, or changed in more than a tenth of its rows is written anew, in one
    deterministic order.
    """
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists next.{schema}")
    wanted, existing = relations(connection, "warehouse", SCHEMAS), relations(connection, "next", SCHEMAS)
    anew = [each for each in wanted if each not in existing or not _follow_rows(connection, *each)]
    for schema, table in existing:
        if (schema, table) in anew or (schema, table) not in wanted:
            connection.execute(f"drop table next.{identifier(schema)}.{identifier(table)}")
    # what the dropped tables held is free from here on, and taken by the new ones
    connection.execute("checkpoint next")
    for schema, table in anew:
        name = f"{identifier(schema)}.{identifier(table)}"
        connection.execute(f"create table next.{name} as from warehouse.{name} order by all")


def follow_comments(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the tables and columns of ``next`` the comments of the warehouse where they have others."""
    before, now = _comments(connection, "next"), _comments(connection, "warehouse")
    for key, comment in now.items():
        if before.get(key) != comment:
            kind = "column" if len(key) == 3 else "table"
            text = "null" if comment is None else quoted(comment)
            connection.execute(f"comment on {kind} next.{'.'.join(map(identifier, key))} is {text}")


def _follow_rows(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    """Delete and insert the rows that differ; say whether that was enough."""
    name = f"{identifier(schema)}.{identifier(table)}"
    columns = _columns(connection, f"warehouse.{name}")
    if columns != _columns(connection, f"next.{name}"):
        return False
    row_hash = _row_hash(columns)
    connection.execute(
        f"create or replace temp table rows_warehouse as select {row_hash} as row_hash from warehouse.{name};"
        f"create or replace temp table rows_next as select {row_hash} as row_hash, rowid as row_number from next.{name}"
    )
    found = connection.execute("""
        select
            (select count(distinct row_hash) = count(*) from rows_warehouse),
            (select count(distinct row_hash) = count(*) from rows_next),
            (select count(*) from rows_warehouse anti join rows_next using (row_hash)),
            (select count(*) from rows_next anti join rows_warehouse using (row_hash)),
            (select count(*) from rows_warehouse)
    """).fetchone()
    assert found is not None
    is_unique, was_unique, came, went, rows = found
    # two equal rows cannot be told apart by their hash
    if not (is_unique and was_unique) or came + went > _FEW * rows:
        return False
    if went:
        connection.execute(
            f"delete from next.{name} where rowid in"
            " (select row_number from rows_next anti join rows_warehouse using (row_hash))"
        )
    if came:
        # by their hash, for a view has no row numbers
        connection.execute(
            f"insert into next.{name} select * from warehouse.{name} where {row_hash} in"
            " (select row_hash from rows_warehouse anti join rows_next using (row_hash)) order by all"
        )
    return True


def _columns(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    return connection.execute(f"select column_name, column_type from (describe {name})").fetchall()


def _row_hash(columns: list[tuple[str, str]]) -> str:
    return f"hash({', '.join(identifier(name) for name, _ in columns)})"


def _comments(connection: duckdb.DuckDBPyConnection, database: str) -> Mapping[tuple[str, ...], str | None]:
    """Return (schema, table) and (schema, table, column) -> comment of core and marts."""
    where = f"database_name = {quoted(database)} and schema_name in ({_WANTED})"
    rows = connection.execute(
        f"select schema_name, table_name, null, comment from duckdb_tables() where {where} union all"
        f" select schema_name, view_name, null, comment from duckdb_views() where {where} union all"
        f" select schema_name, table_name, column_name, comment from duckdb_columns() where {where}"
    ).fetchall()
    return {tuple(part for part in row[:3] if part is not None): row[3] for row in rows}
