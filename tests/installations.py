"""Installations of legacy CRMs for tests: a database with a clock, and ways to read it as a night would.

The clock is a table of one row, ``crm_clock(now_at)``, that the source's ``clock`` option asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sources.config import SourceConfig
from sources.contract import Connector
from sources.discovery import create, options
from sources.ingest import ObjectResult, ingest
from sources.lake import Lake
from tests.servers import DatabaseServer

# a Monday, so that a few days of windows stay within one week of reconciliation
START = datetime(2024, 3, 4, 2, 0, 0)
CLOCK = "select now_at from crm_clock"


@dataclass
class Installation:
    """One source of a legacy CRM in ``folder``, and the lake it is read into.

    Attributes:
        run: runs a statement in the database.
        settings: what stands in crm_sources.yaml beside the type; ``clock`` asks ``crm_clock``.
        connector: makes the connector; the type's own by default.
    """

    lake: Lake
    folder: Path
    type: str
    run: Callable[[str], object]
    settings: Mapping[str, Any]
    name: str = "old"
    connector: Callable[[SourceConfig], Connector] = create
    now: datetime = START
    nights: int = 0
    added: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.run("create table crm_clock (now_at datetime)")
        self.run(f"insert into crm_clock values ('{self.now}')")

    @property
    def config(self) -> SourceConfig:
        """The source as crm_sources.yaml would configure it, further options in ``added``."""
        defaults = {option.name: option.default for option in options(self.type)}
        given = {**defaults, "clock": CLOCK, **self.settings, **self.added}
        return SourceConfig(self.name, self.type, given, self.folder / "crm_sources.yaml")

    def pass_time(self, **span: float) -> None:
        """Let the database's clock move on, e.g. ``hours=5``."""
        self.now += timedelta(**span)
        self.run(f"update crm_clock set now_at = '{self.now}'")

    def night(self, *tables: str, **given: Any) -> dict[str, ObjectResult]:
        """Read the lake tables named, all without a name, once; return each table's result."""
        self.nights += 1
        connector = self.connector(self.config)
        try:
            run, staging = f"run-{self.nights}", self.folder / "staging"
            done = ingest(connector, self.lake, run, staging=staging, tables=tables or None, **given)
            return {result.table: result for result in done}
        finally:
            connector.close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the lake."""
        return self.lake.connection.execute(sql).fetchall()

    def latest(self, table: str, columns: str = "_record_id, _op, _delete_reason") -> list[tuple[Any, ...]]:
        """Return the latest state of every record of a lake table that this source brought."""
        return self.rows(
            f"select {columns} from (select * from lake.{self.type}.{table} where _source = '{self.name}' qualify"
            " row_number() over (partition by _record_id order by _loaded_at desc) = 1) order by all"
        )


@contextmanager
def sqlite_database(path: Path) -> Iterator[Callable[[str], object]]:
    """Make a SQLite file; yield what runs a statement in it."""
    import sqlite3

    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield lambda sql: connection.execute(sql).fetchall()
    finally:
        connection.close()


@contextmanager
def mariadb_database(server: DatabaseServer, name: str) -> Iterator[Callable[[str], object]]:
    """Make an empty database that takes any date, as old servers do; yield what runs a statement in it."""
    import pymysql

    login = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    with pymysql.connect(**login, autocommit=True) as connection, connection.cursor() as cursor:

        def run(sql: str) -> object:
            cursor.execute(sql)
            return cursor.fetchall()

        run("set session sql_mode = 'ALLOW_INVALID_DATES'")
        run(f"drop database if exists {name}")
        run(f"create database {name}")
        run(f"use {name}")
        yield run


@contextmanager
def postgres_database(server: DatabaseServer, name: str) -> Iterator[Callable[[str], object]]:
    """Make an empty database; yield what runs a statement in it."""
    import psycopg

    login = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    with psycopg.connect(**login, dbname=server.database, autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name}")
    with psycopg.connect(**login, dbname=name, autocommit=True) as connection:
        connection.execute("create domain datetime as timestamp")

        def run(sql: str) -> object:
            done = connection.execute(sql)
            return done.fetchall() if done.description else None

        yield run
