"""Whatever happens from night to night, matching what changed gives what matching everything gives."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.analytics.matching import blocking, clustering, features, grouping, matcher
from tests.unit.analytics.matching.populations import (
    Population,
    changed,
    changes,
    decided_pairs,
    models,
    populations,
    stated_pairs,
)
from tests.unit.analytics.matching.warehouse import Warehouse

pytestmark = pytest.mark.slow
few = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

Pairs = list[tuple[str, str]]
Decisions = list[tuple[str, str, str]]


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much changed, only what changed is compared; groups of more than five are too large."""
    monkeypatch.setattr(features, "_MANY", 1e9)
    monkeypatch.setattr(clustering, "MAX_SIZE", 5)
    monkeypatch.setattr(grouping, "MAX_SIZE", 5)


@few
@given(
    populations,
    st.lists(st.tuples(changes, stated_pairs, decided_pairs), min_size=1, max_size=3),
)
def test_nights_of_any_changes_give_what_one_night_gives(
    population: Population, nights: list[tuple[tuple[Population, set[str]], Pairs, Decisions]]
) -> None:
    warehouse = night(Warehouse(), population, [], [])
    for change, stated, decided in nights:
        population = changed(population, change)
        night(warehouse, population, stated, decided)
        assert warehouse.result() == night(Warehouse(), population, stated, decided).result()


def night(warehouse: Warehouse, population: Population, stated: Pairs, decided: Decisions) -> Warehouse:
    warehouse.hold(population.values())
    warehouse.state(stated)
    warehouse.decide(decided)
    warehouse.match(models())
    return warehouse
