"""An empty lake for each test; the extensions are installed once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.lake import Lake, LakeLocation
from sources.lake.ledger import TABLES


@pytest.fixture
def location(tmp_path: Path, extensions: Path) -> LakeLocation:
    """Return the place of a new lake with a SQLite catalog."""
    return LakeLocation(f"sqlite:{tmp_path}/catalog.sqlite", tmp_path / "files", extensions)


@pytest.fixture(scope="session")
def shared_lake(tmp_path_factory: pytest.TempPathFactory, extensions: Path) -> Iterator[Lake]:
    """Return one open lake for the session; property tests use a table of their own in it for each example."""
    folder = tmp_path_factory.mktemp("shared")
    with Lake(LakeLocation(f"sqlite:{folder}/catalog.sqlite", folder / "files", extensions)) as opened:
        yield opened


@pytest.fixture
def lake(shared_lake: Lake) -> Lake:
    """Return the open lake, emptied of what other tests left: one for every test would cost half a second each."""
    for table in TABLES:
        shared_lake.connection.execute(f"delete from lake.{table}")
    shared_lake.connection.execute("drop schema if exists lake.sf cascade")
    return shared_lake
