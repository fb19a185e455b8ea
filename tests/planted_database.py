"""Databases of legacy CRMs whose password is looked for wherever something is told: see ``tests/planted.py``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from tests.installations import mariadb_database, postgres_database
from tests.planted import Planted
from tests.servers import DatabaseServer

_PASSWORD = "planted pass'word@of\\database/%2F"
_NAME = "planted_crm"


@contextmanager
def planted_mariadb(
    request: pytest.FixtureRequest, statements: Sequence[str], objects: Sequence[str]
) -> Iterator[Planted]:
    """Yield a database that ``statements`` make, read by a user who may do nothing else; ``objects`` as in Planted."""
    server: DatabaseServer = request.getfixturevalue("mariadb")
    quoted = _PASSWORD.replace("\\", "\\\\").replace("'", "''")
    with mariadb_database(server, _NAME) as run:
        for statement in statements:
            run(statement)
        run(f"create user {_NAME} identified by '{quoted}'")
        run(f"grant select on {_NAME}.* to {_NAME}")

        def refuse(lets_in: bool) -> None:
            run(f"revoke select on {_NAME}.* from {_NAME}" if lets_in else f"alter user {_NAME} account lock")

        try:
            yield Planted(_options("mysql", server), {"PLANTED_PASSWORD": _PASSWORD}, objects, refuse, tuple)
        finally:
            run(f"drop user {_NAME}")
            run(f"drop database {_NAME}")


@contextmanager
def planted_postgres(
    request: pytest.FixtureRequest, statements: Sequence[str], objects: Sequence[str]
) -> Iterator[Planted]:
    """Yield a database that ``statements`` make, read by a role that may do nothing else; ``objects`` as in Planted."""
    server: DatabaseServer = request.getfixturevalue("postgres")
    quoted = _PASSWORD.replace("'", "''")
    with postgres_database(server, _NAME) as run:
        for statement in statements:
            run(statement)
        run(f"create role {_NAME} login password '{quoted}'")
        run(f"grant select on all tables in schema public to {_NAME}")

        def refuse(lets_in: bool) -> None:
            run(f"revoke select on all tables in schema public from {_NAME}")
            if not lets_in:
                run(f"alter role {_NAME} nologin")

        try:
            yield Planted(_options("postgres", server), {"PLANTED_PASSWORD": _PASSWORD}, objects, refuse, tuple)
        finally:
            run(f"drop owned by {_NAME}")
            run(f"drop role {_NAME}")


def _options(kind: str, server: DatabaseServer) -> dict[str, object]:
    return {
        "kind": kind,
        "host": server.host,
        "port": server.port,
        "database": _NAME,
        "user": _NAME,
        "password": "${PLANTED_PASSWORD}",
    }
