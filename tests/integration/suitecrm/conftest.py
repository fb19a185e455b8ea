"""A lake, and an installation of SuiteCRM in MariaDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.config import Secret
from sources.lake import Lake, LakeLocation
from sources.lake.location import install_extensions
from tests.installations import Installation, mariadb_database
from tests.integration.suitecrm.schema import ACCOUNTS, ACCOUNTS_CSTM
from tests.servers import DatabaseServer


@pytest.fixture(scope="session")
def extensions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DuckDB's extensions, installed once."""
    folder = tmp_path_factory.mktemp("extensions")
    install_extensions(folder)
    return folder


@pytest.fixture
def lake(tmp_path: Path, extensions: Path) -> Iterator[Lake]:
    """An empty lake."""
    with Lake(LakeLocation(f"sqlite:{tmp_path}/lake/catalog.sqlite", tmp_path / "lake/files", extensions)) as opened:
        yield opened


@pytest.fixture
def crm(mariadb: DatabaseServer, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation without records."""
    monkeypatch.setenv("SUITECRM_PASSWORD", mariadb.password)
    password = Secret("${SUITECRM_PASSWORD}", tmp_path / "crm_sources.yaml")
    settings = {
        "kind": "mysql", "host": mariadb.host, "port": mariadb.port, "database": "suitecrm", "user": mariadb.user,
        "password": password,
    }  # fmt: skip
    with mariadb_database(mariadb, "suitecrm") as run:
        run(ACCOUNTS)
        run(ACCOUNTS_CSTM)
        yield Installation(lake, tmp_path, "suitecrm", run, settings)
