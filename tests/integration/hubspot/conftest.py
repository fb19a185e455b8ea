"""An empty account, and an empty lake, per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.lake import Lake
from tests.integration.hubspot.account import Account, open_account, open_lake


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
