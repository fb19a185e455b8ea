"""An empty org, and an empty lake, per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.lake import Lake
from tests.integration.salesforce.org import Org, open_lake, open_org


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    """A simulated org without records, its clock at START."""
    with open_org(tmp_path) as org:
        yield org


@pytest.fixture
def lake(tmp_path: Path, extensions: Path) -> Iterator[Lake]:
    """An empty lake."""
    with open_lake(tmp_path, extensions) as lake:
        yield lake
