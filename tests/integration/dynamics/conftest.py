"""An empty environment, and an empty lake, per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.lake import Lake
from tests.integration.dynamics.environment import Environment, open_environment, open_lake


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Environment]:
    """A simulated environment without records, its clock at START."""
    with open_environment(tmp_path) as environment:
        yield environment


@pytest.fixture
def lake(tmp_path: Path, extensions: Path) -> Iterator[Lake]:
    """An empty lake."""
    with open_lake(tmp_path, extensions) as lake:
        yield lake
