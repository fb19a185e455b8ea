"""An empty organization, and an empty lake, per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.lake import Lake
from tests.integration.zoho.organization import Organization, open_lake, open_organization


@pytest.fixture
def organization(tmp_path: Path) -> Iterator[Organization]:
    """A simulated organization without records, its clock at START."""
    with open_organization(tmp_path) as organization:
        yield organization


@pytest.fixture
def lake(tmp_path: Path, extensions: Path) -> Iterator[Lake]:
    """An empty lake."""
    with open_lake(tmp_path, extensions) as lake:
        yield lake
