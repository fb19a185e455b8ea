"""Fixtures of the matcher's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.analytics.matching.warehouse import Warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(str(tmp_path / "warehouse.duckdb"))
