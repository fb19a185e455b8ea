"""A lake, and installations of SuiteCRM in MariaDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.config import Secret
from sources.lake import Lake, LakeLocation
from tests.installations import Installation, mariadb_database
from tests.integration.suitecrm.schema import TABLES
from tests.servers import DatabaseServer


@pytest.fixture
def lake(tmp_path: Path, extensions: Path) -> Iterator[Lake]:
    """An empty lake."""
    with Lake(LakeLocation(f"sqlite:{tmp_path}/lake/catalog.sqlite", tmp_path / "lake/files", extensions)) as opened:
        yield opened


def settings_of(server: DatabaseServer, folder: Path) -> dict[str, object]:
    """Return what crm_sources.yaml says of an installation on the server; the password is in SUITECRM_PASSWORD."""
    return {
        "kind": "mysql", "host": server.host, "port": server.port, "database": "suitecrm", "user": server.user,
        "password": Secret("${SUITECRM_PASSWORD}", folder / "crm_sources.yaml"), "currency": "EUR",
    }  # fmt: skip


@pytest.fixture
def crm(mariadb: DatabaseServer, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation without records, and without tables but those of accounts."""
    monkeypatch.setenv("SUITECRM_PASSWORD", mariadb.password)
    with mariadb_database(mariadb, "suitecrm") as run:
        run(TABLES["accounts"])
        run(TABLES["accounts_cstm"])
        yield Installation(lake, tmp_path, "suitecrm", run, settings_of(mariadb, tmp_path))
