"""One warehouse of the eight hand-made customers, built once for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from pipelines.analytics.identity import resolve
from pipelines.analytics.registry import IdentityResult
from pipelines.defs.transformation import BEFORE_IDENTITY
from sources.lake import Lake
from tests.integration.dbt.people import AS_OF, FIRST_NIGHT
from tests.integration.dbt.small_lake import SmallLake

VARIABLES = {"as_of": AS_OF, "reporting_currency": "EUR", "reporting_time_zone": "Europe/Berlin"}
Night = Callable[[SmallLake, str], IdentityResult]


def run_night(small_lake: SmallLake, run_id: str) -> IdentityResult:
    """Build as a night does: up to the links, then who is who, then the rest."""
    small_lake.build("--select", BEFORE_IDENTITY, **VARIABLES)
    with Lake(small_lake.location) as lake:
        found = resolve(small_lake.warehouse, lake, date.fromisoformat(AS_OF), run_id).ids
    small_lake.build("--exclude", BEFORE_IDENTITY, **VARIABLES)
    return found


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
