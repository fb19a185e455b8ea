"""An empty account, and an empty lake, per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.lake import Lake, install_extensions
from tests.integration.hubspot.account import Account, open_account, open_lake


@pytest.fixture(scope="session")
def extensions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DuckDB's extensions, installed once."""
    folder = tmp_path_factory.mktemp("extensions")
    install_extensions(folder)
    return folder


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    """A simulated account without records, its clock at START."""
    with open_account(tmp_path) as account:
        yield account


@pytest.fixture
def lake(tmp_path: Path, extensions: Path) -> Iterator[Lake]:
    """An empty lake."""
    with open_lake(tmp_path, extensions) as lake:
        yield lake
