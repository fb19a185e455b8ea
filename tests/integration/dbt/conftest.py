"""One warehouse of the eight hand-made customers, built once for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.analytics.registry import IdentityResult
from tests.integration.dbt.people import AS_OF, FIRST_NIGHT
from tests.integration.dbt.small_lake import SmallLake

Night = Callable[[SmallLake, str], IdentityResult]


def run_night(small_lake: SmallLake, run_id: str) -> IdentityResult:
    """Build one night as of the day of these tests."""
    return small_lake.night(run_id, AS_OF)


@pytest.fixture(scope="session")
def night() -> Night:
    return run_night


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> SmallLake:
    """The lake after its first night; tests read it only."""
    small_lake = SmallLake(tmp_path_factory.mktemp("dbt") / "small")
    small_lake.write(FIRST_NIGHT)
    run_night(small_lake, "night-1")
    return small_lake
