"""An empty org per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.salesforce.org import Org, open_org


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    """A simulated org without records, its clock at START."""
    with open_org(tmp_path) as org:
        yield org
