"""What a published file holds: the tables of core and marts, their content hashes, and the schema meta.

Everything here reads or writes one DuckDB file. Switching files, versions and rollback are in ``publish``; what
``meta`` says about the sources is in ``published_meta``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from pipelines.published_meta import DESCRIPTIONS, TABLES, Ledger
from sources.quoting import escaped as quoted
from sources.quoting import identifier

SCHEMAS = ("core", "marts")
_WANTED = ", ".join(f"'{schema}'" for schema in SCHEMAS)


def build(warehouse: Path, target: Path, ledger: Ledger, *, run_id: str, as_of: date, published_at: datetime) -> None:
    """Write ``target`` from the schemas core and marts of ``warehouse`` and the ledger.

    Types, comments and rows stay as they are; rows are put in one deterministic order, which also packs them better.
    Raises duckdb.Error when the warehouse cannot be read or the disk is full; ``target`` is then no use to anyone.
    """
    with duckdb.connect(config={"temp_directory": f"{target}.tmp"}) as connection:
        connection.execute(f"attach '{quoted(warehouse)}' as warehouse (read_only)")
        connection.execute(f"attach '{quoted(target)}' as next")
        for schema in SCHEMAS:
            connection.execute(f"create schema next.{schema}")
        for schema, table in relations(connection, "warehouse"):
            name = f"{identifier(schema)}.{identifier(table)}"
            connection.execute(f"create table next.{name} as from warehouse.{name} order by all")
        for statement in _comments(connection):
            connection.execute(statement)
        connection.execute(TABLES)
        _insert(connection, "run", [(run_id, as_of, published_at, version("crm-warehouse"))])
        _insert(connection, "sources", ledger.sources)
        _insert(connection, "rejects", ledger.rejects)
        # hashed where the rows come from, so that the check of the finished file proves the copy
        _insert(connection, "tables", _table_rows(connection, _hashes(connection, "warehouse")))
        for name, text in DESCRIPTIONS.items():
            kind = "column" if "." in name else "table"
            connection.execute(f"comment on {kind} next.meta.{name} is '{quoted(text)}'")
        connection.execute(
            "insert into next.meta.columns"
            " select schema_name, table_name, column_name, column_index, data_type, comment"
            " from duckdb_columns() where database_name = 'next' and not internal order by all"
        )
        connection.execute("checkpoint next")
        connection.execute("detach next")


def content_hashes(path: Path) -> dict[str, str]:
    """Return ``schema.table`` -> content hash for every table of core and marts in a warehouse or published file.

    Equal for equal columns, types and rows, whatever their order, on every machine with this DuckDB.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{quoted(path)}' as file (read_only)")
        return {name: content for name, (_, content) in _hashes(connection, "file").items()}


def relations(connection: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, str]]:
    """Return (schema, name) of every table and view of core and marts, sorted."""
    return connection.execute(
        "select table_schema, table_name from information_schema.tables"
        f" where table_catalog = ? and table_schema in ({_WANTED}) order by all",
        [database],
    ).fetchall()


def _hashes(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, tuple[int, str]]:
    """Return ``schema.table`` -> (rows, hash): sums over row hashes, so that the order of rows is no matter."""
    hashes = {}
    for schema, table in relations(connection, database):
        name = f"{database}.{identifier(schema)}.{identifier(table)}"
        columns = connection.execute(f"select column_name, column_type from (describe {name})").fetchall()
        values = ", ".join(identifier(column) for column, _ in columns)
        row = connection.execute(
            "select row_count, md5(concat_ws('|', ?, row_count, total, mixed)) from ("
            f"select count(*) as row_count, sum(hash({values})) as total, bit_xor(hash({values}, 1)) as mixed"
            f" from {name})",
            [repr(columns)],
        ).fetchone()
        assert row is not None
        hashes[f"{schema}.{table}"] = (row[0], row[1])
    return hashes


def _table_rows(
    connection: duckdb.DuckDBPyConnection, hashes: Mapping[str, tuple[int, str]]
) -> list[tuple[object, ...]]:
    comments = dict(
        connection.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables() where database_name = 'next'"
        ).fetchall()
    )
    return [(*name.split(".", 1), *found, comments.get(name)) for name, found in hashes.items()]


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[object, ...]]) -> None:
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into next.meta.{table} values ({marks})", rows)


def _comments(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the statements that give the new tables and columns the warehouse's comments."""
    tables = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() where database_name = 'warehouse'"
        f" and schema_name in ({_WANTED}) and comment is not null union all"
        " select schema_name, view_name, comment from duckdb_views() where database_name = 'warehouse'"
        f" and schema_name in ({_WANTED}) and comment is not null"
    ).fetchall()
    columns = connection.execute(
        "select schema_name, table_name, column_name, comment from duckdb_columns()"
        f" where database_name = 'warehouse' and schema_name in ({_WANTED}) and comment is not null"
    ).fetchall()
    return [
        f"comment on table next.{identifier(schema)}.{identifier(table)} is '{quoted(comment)}'"
        for schema, table, comment in tables
    ] + [
        f"comment on column next.{identifier(schema)}.{identifier(table)}.{identifier(column)} is '{quoted(comment)}'"
        for schema, table, column, comment in columns
    ]
