"""Fills the file of a system with what the queries of its type yield: a state file of a simulator, or a SQLite file.

The queries of a type are ``sql/<type>/<table>.sql``; ``_setup.sql``, where there is one, is run before them, and
``_schema.sql`` makes the tables of a SQLite file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
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


def fill_sqlite(connection: duckdb.DuckDBPyConnection, path: Path, kind: str, clock: datetime) -> None:
    """Write a new SQLite file with the tables of ``_schema.sql``; ``clock`` is what the system says the time is."""
    with new_sqlite(path, sql(f"{kind}/_schema")) as target:
        target.execute("insert into crm_clock values (?)", [clock.strftime("%Y-%m-%d %H:%M:%S")])
        for table, query in _queries(connection, kind):
            insert_rows(target, table, connection.execute(_bindable(connection, query)))


@contextmanager
def new_sqlite(path: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """Make a SQLite file with the tables of ``schema``; what is written in the block is in it when the block ends."""
    target = sqlite3.connect(path, isolation_level=None)
    try:
        # the file is new and renamed into place when whole, so nothing needs a journal
        target.execute("pragma journal_mode = off")
        target.execute("pragma synchronous = off")
        target.executescript(f"begin; {schema}")
        yield target
        target.execute("commit")
    finally:
        target.close()


def insert_rows(target: sqlite3.Connection, table: str, rows: duckdb.DuckDBPyConnection) -> None:
    """Copy the rows of an executed query into the columns of their names."""
    names = ", ".join(f'"{column[0]}"' for column in rows.description)
    marks = ", ".join("?" for _ in rows.description)
    while batch := rows.fetchmany(_BATCH):
        target.executemany(f'insert into "{table}" ({names}) values ({marks})', batch)


def _bindable(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return the query with its amounts and times as text, which is what SQLite has for them."""
    values = [
        f'cast("{name}" as varchar) as "{name}"' if kind.startswith(("DECIMAL", "DATE", "TIMESTAMP")) else f'"{name}"'
        for name, kind, *_ in connection.execute(f"describe {query}").fetchall()
    ]
    return f"select {', '.join(values)} from ({query}\n)"


def _queries(connection: duckdb.DuckDBPyConnection, kind: str) -> Iterator[tuple[str, str]]:
    """Yield table and query of a type, in the order of their names."""
    names = sorted(each.name for each in files(__package__).joinpath(f"sql/{kind}").iterdir())
    if "_setup.sql" in names:
        connection.execute(sql(f"{kind}/_setup"))
    for name in names:
        if name not in ("_schema.sql", "_setup.sql"):
            table = name.removesuffix(".sql")
            yield table, sql(f"{kind}/{table}")
