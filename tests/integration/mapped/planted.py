"""A mapped PostgreSQL database whose password is looked for wherever something is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import psycopg.sql
import pytest

from tests.planted import Planted
from tests.servers import DatabaseServer

_PASSWORD = "planted pass'word@of\\postgres/%2F"
_MAPPING = """
connection:
  {{kind: postgres, host: 127.0.0.1, port: {port}, database: planted, user: planted, password: "${{PLANTED_PASSWORD}}"}}
tables:
  people: {{key: id}}
"""


@contextmanager
def planted(request: pytest.FixtureRequest) -> Iterator[Planted]:
    """Yield a database with one person, read by a user who may do nothing else."""
    server: DatabaseServer = request.getfixturevalue("postgres")
    folder: Path = request.getfixturevalue("tmp_path")
    mapping = folder / "planted.yaml"
    mapping.write_text(_MAPPING.format(port=server.port), encoding="utf-8")
    own = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    with psycopg.connect(**own, dbname=server.database, autocommit=True) as administrator:
        administrator.execute(psycopg.sql.SQL("create role planted login password {}").format(_PASSWORD))
        administrator.execute("create database planted")
        try:
            with psycopg.connect(**own, dbname="planted", autocommit=True) as database:
                database.execute("create table people as select 1 as id, 'Ann' as name")
                database.execute("grant select on people to planted")

                def refuse(lets_in: bool) -> None:
                    database.execute("revoke select on people from planted")
                    if not lets_in:
                        administrator.execute("alter role planted nologin")

                options = {"mapping": str(mapping)}
                yield Planted(options, {"PLANTED_PASSWORD": _PASSWORD}, ["people"], refuse, tuple)
        finally:
            administrator.execute("drop database planted with (force)")
            administrator.execute("drop role planted")
