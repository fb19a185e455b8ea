"""A lake, and an installation of Odoo in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.lake import Lake, LakeLocation
from tests.installations import Installation
from tests.integration.odoo.installation import installed
from tests.servers import DatabaseServer


@pytest.fixture
def lake(tmp_path: Path, extensions: Path) -> Iterator[Lake]:
    """An empty lake."""
    with Lake(LakeLocation(f"sqlite:{tmp_path}/lake/catalog.sqlite", tmp_path / "lake/files", extensions)) as opened:
        yield opened


@pytest.fixture
def crm(
    postgres: DatabaseServer, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """An installation without records."""
    monkeypatch.setenv("ODOO_PASSWORD", postgres.password)
    with installed(postgres, lake, tmp_path) as installation:
        yield installation
