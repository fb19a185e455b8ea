"""Fixtures that more than one room's tests use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import DatabaseServer, mariadb_server, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[DatabaseServer]:
    """A private PostgreSQL server, empty but for its own databases; make a database per test in it."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[DatabaseServer]:
    """A private MariaDB server with an empty database ``crm``; make a database per test in it."""
    with mariadb_server() as server:
        yield server


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each room's tests on one worker, so that what they share for a session is made once."""
    for item in items:
        room = Path(item.path).relative_to(Path(__file__).parent).parts[:2]
        item.add_marker(pytest.mark.xdist_group("/".join(room)))
