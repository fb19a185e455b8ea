"""Fixtures that more than one room's tests use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.lake import install_extensions
from tests.servers import DatabaseServer, mariadb_server, postgres_server


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    """Undo what commands wrote into the environment: it would tell the next test of this one's home."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


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


@pytest.fixture(scope="session")
def extensions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DuckDB's extensions, installed once."""
    folder = tmp_path_factory.mktemp("extensions")
    install_extensions(folder)
    return folder
