"""What a published file holds: the tables of core and marts, and the schema meta that speaks of them.

Everything here reads or writes one DuckDB file. Switching files, versions and rollback are in ``publish``; how tables
are compared and copied is in ``published_tables``, what ``meta`` says about the sources in ``published_meta``, what
can be asked besides in ``published_macros``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from pipelines.published_macros import create_macros
from pipelines.published_meta import DESCRIPTIONS, TABLES, Ledger
from pipelines.published_tables import SCHEMAS, follow, follow_comments, table_contents
from sources.quoting import quoted

Contents = Mapping[str, tuple[int, str]]


class UnusableBaseError(Exception):
    """The file to start from holds what no publication wrote."""


def build(
    warehouse: Path,
    target: Path,
    ledger: Ledger,
    contents: Contents,
    references: Sequence[tuple[str, ...]] = (),
    *,
    run_id: str,
    as_of: date,
    published_at: datetime,
) -> None:
    """Write ``target`` from the schemas core and marts of ``warehouse``, the ledger, and what the tables should hold.

    Types, comments and rows stay as they are. Where ``target`` exists, it is an earlier publication, and only what
    differs from it is written. ``contents`` is ``schema.table`` -> (rows, content hash), as ``table_contents`` gives;
    ``references`` are the rows of ``meta.relationships``. Raises duckdb.Error when a file cannot be read or the disk is
    full, UnusableBaseError when ``target`` was no publication; it is then no use to anyone.
    """
    with duckdb.connect(config={"temp_directory": f"{target}.tmp"}) as connection:
        connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        connection.execute(f"attach {quoted(target)} as next")
        _refuse_strangers(connection)
        follow(connection)
        # one transaction: hundreds of small ones would each wait for the disk
        connection.execute("begin transaction")
        follow_comments(connection)
        create_macros(connection)
        connection.execute("drop schema if exists next.meta cascade")
        connection.execute(TABLES)
        _insert(connection, "run", [(run_id, as_of, published_at, version("crm-warehouse"))])
        _insert(connection, "sources", ledger.sources)
        _insert(connection, "rejects", ledger.rejects)
        _insert(connection, "relationships", references)
        _insert(connection, "tables", _table_rows(connection, contents))
        for name, text in DESCRIPTIONS.items():
            kind = "column" if "." in name else "table"
            connection.execute(f"comment on {kind} next.meta.{name} is {quoted(text)}")
        connection.execute("commit")
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
    return {name: content for name, (_, content) in file_contents(path).items()}


def file_contents(path: Path) -> dict[str, tuple[int, str]]:
    """Return ``schema.table`` -> (rows, content hash) of a warehouse or published file."""
    with duckdb.connect() as connection:
        # the name that a warehouse's views know their own database by
        connection.execute(f"attach {quoted(path)} as warehouse (read_only)")
        return table_contents(connection, "warehouse")


def _refuse_strangers(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise UnusableBaseError when the database ``next`` holds anything that publishing would not replace."""
    ours = ", ".join(quoted(schema) for schema in (*SCHEMAS, "meta"))
    found = connection.execute(
        "select 1 from information_schema.tables where table_catalog = 'next'"
        f" and (table_schema not in ({ours}) or table_type <> 'BASE TABLE')"
    ).fetchone()
    if found:
        raise UnusableBaseError


def _table_rows(connection: duckdb.DuckDBPyConnection, contents: Contents) -> list[tuple[object, ...]]:
    comments = dict(
        connection.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables() where database_name = 'next'"
        ).fetchall()
    )
    return [(*name.split(".", 1), *found, comments.get(name)) for name, found in contents.items()]


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into next.meta.{table} values ({marks})", rows)
