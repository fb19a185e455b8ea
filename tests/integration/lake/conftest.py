"""A lake of its own for each test; the extensions are installed once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.lake import Lake, LakeLocation, install_extensions


@pytest.fixture(scope="session")
def extensions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with DuckDB's extensions installed."""
    folder = tmp_path_factory.mktemp("lake") / "extensions"
    install_extensions(folder)
    return folder


@pytest.fixture
def location(tmp_path: Path, extensions: Path) -> LakeLocation:
    """Return the place of a new lake with a SQLite catalog."""
    return LakeLocation(f"sqlite:{tmp_path}/catalog.sqlite", tmp_path / "files", extensions)


@pytest.fixture
def lake(location: LakeLocation) -> Iterator[Lake]:
    """Return a new, empty, open lake."""
    with Lake(location) as opened:
        yield opened


@pytest.fixture(scope="session")
def shared_lake(tmp_path_factory: pytest.TempPathFactory, extensions: Path) -> Iterator[Lake]:
    """Return one lake for property tests, each example of which uses a table of its own."""
    folder = tmp_path_factory.mktemp("shared")
    with Lake(LakeLocation(f"sqlite:{folder}/catalog.sqlite", folder / "files", extensions)) as opened:
        yield opened
