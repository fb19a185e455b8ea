"""Fills the file of a system with what the queries of its type yield: a state file of a simulator, or a SQLite file.

The queries of a type are ``sql/<type>/<table>.sql``; ``_setup.sql``, where there is one, is run before them, and
``_schema.sql`` creates the tables of a SQLite file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import duckdb

from sources.simulators.company.timeline import sql

_BATCH = 20_000


def fill_state(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    kind: str,
    create_tables: Callable[[duckdb.DuckDBPyConnection, str], None],
) -> None:
    """Write a new state file; ``create_tables`` makes the simulator's tables in an attached database."""
    connection.execute(f"attach '{path}' as target")
    try:
        create_tables(connection, "target")
        for table, query in _queries(connection, kind):
            connection.execute(f'insert into target."{table}" by name {query}')
    finally:
        connection.execute("detach target")


def fill_sqlite(connection: duckdb.DuckDBPyConnection, path: Path, kind: str, schema: str) -> None:
    """Write a new SQLite file; ``schema`` creates its tables."""
    target = sqlite3.connect(path, isolation_level=None)
    try:
        # the file is new and renamed into place when whole, so nothing needs a journal
        target.execute("pragma journal_mode = off")
        target.execute("pragma synchronous = off")
        target.executescript(f"begin; {schema}")
        for table, query in _queries(connection, kind):
            rows = connection.execute(query)
            names = ", ".join(f'"{column[0]}"' for column in rows.description)
            marks = ", ".join("?" for _ in rows.description)
            while batch := rows.fetchmany(_BATCH):
                target.executemany(f'insert into "{table}" ({names}) values ({marks})', batch)
        target.execute("commit")
    finally:
        target.close()


def _queries(connection: duckdb.DuckDBPyConnection, kind: str) -> Iterator[tuple[str, str]]:
    """Yield table and query of a type, in the order of their names."""
    names = sorted(each.name for each in files(__package__).joinpath(f"sql/{kind}").iterdir())
    if "_setup.sql" in names:
        connection.execute(sql(f"{kind}/_setup"))
    for name in names:
        if name not in ("_setup.sql", "_schema.sql"):
            table = name.removesuffix(".sql")
            yield table, sql(f"{kind}/{table}")
