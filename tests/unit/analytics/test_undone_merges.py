"""A merge that is undone gives back what was merged, and undoing that restores every id."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.analytics.registry_nights import DAY, Registry
from tests.unit.analytics.test_stable_ids import RECORDS, among, some_links, some_nights


@pytest.fixture
def registry() -> Registry:
    return Registry()


def test_the_part_that_was_merged_away_gets_its_id_back(registry: Registry) -> None:
    registry.night("abz", [("a", "b")])
    first = registry.ids()
    registry.night("abz", [("a", "b"), ("b", "z")])
    merged = registry.ids()
    result = registry.night("abz", [("a", "b")])
    assert registry.ids() == first
    assert (result.created, result.split) == (0, 1)
    registry.night("abz", [("a", "b"), ("b", "z")])
    assert registry.ids() == merged


def test_the_id_leaves_to_a_larger_part_what_was_its_own_before(registry: Registry) -> None:
    registry.night("z", [])
    registry.night("abz", [("a", "b")])
    first = registry.ids()
    registry.night("abz", [("a", "b"), ("b", "z")])
    registry.night("abz", [("a", "b")])
    assert registry.ids() == first  # else the older id would leave `z` for `a` and `b`


def test_an_alias_does_not_come_back_for_a_part_of_what_it_had(registry: Registry) -> None:
    registry.night("z", [])
    registry.night("abz", [("a", "b")])
    alias = registry.ids()["a"]
    registry.night("abz", [("a", "b"), ("b", "z")])
    registry.night("abz", [("b", "z")])
    assert alias not in registry.ids().values()
    registry.night("abz", [])
    assert alias not in registry.ids().values()


def test_an_alias_does_not_come_back_with_a_record_that_was_never_its(registry: Registry) -> None:
    registry.night("yz", [("y", "z")])
    registry.night("ayz", [("y", "z")])
    alias = registry.ids()["a"]
    registry.night("ayz", [("y", "z"), ("z", "a")])
    registry.night("ayz", [("a", "y")])
    assert alias not in registry.ids().values()


def test_records_that_came_or_went_meanwhile_do_not_keep_an_alias_away(registry: Registry) -> None:
    registry.night("z", [])
    registry.night("abz", [("a", "b")])
    alias = registry.ids()["a"]
    registry.night("abz", [("a", "b"), ("b", "z")])
    registry.night("acz", [("a", "c")])
    assert registry.ids()["a"] == registry.ids()["c"] == alias


def test_an_alias_comes_back_only_from_its_heir(registry: Registry) -> None:
    registry.night("y", [])
    registry.night("uvwxy", [])
    first = registry.ids()
    registry.night("uvwxy", [("y", "u"), ("y", "v"), ("y", "w"), ("y", "x")])
    registry.night("uvwxy", [("y", "u"), ("y", "w"), ("x", "v")])
    born = registry.ids()["x"]  # two that leave the heir together are nobody there was: an id younger than the alias
    assert born not in first.values()
    registry.night("uvwxy", [("y", "u"), ("y", "w")])
    assert first["x"] not in registry.ids().values()
    registry.night("uvwxy", [("y", "u"), ("y", "w"), ("x", "v")])
    assert registry.ids()["x"] == registry.ids()["v"] == born


def test_an_alias_that_came_back_and_retired_keeps_its_records(registry: Registry) -> None:
    registry.night("az", [])
    first = registry.ids()
    registry.night("az", [("a", "z")])
    registry.night("az", [])
    registry.night("z", [])
    registry.night("az", [])
    assert registry.ids() == first


def test_ids_of_one_night_keep_their_order_whatever_size_they_have_when_they_meet_again(registry: Registry) -> None:
    registry.night(["h1", "h2", "h3", "x1", "x2"], [("h1", "h2"), ("h2", "h3"), ("x1", "x2")])
    heir = registry.ids()["h1"]
    together = [("h1", "h2"), ("h2", "h3"), ("x1", "x2"), ("h1", "x1")]
    registry.night(["h1", "h2", "h3", "x1", "x2"], together)
    registry.night(["h1", "h2", "h3", "x1", "x2"], [("x1", "x2")])  # `h1`, `h2` and `h3` are smaller now
    registry.night(["h1", "h2", "h3", "x1", "x2"], together)
    assert set(registry.ids().values()) == {heir}


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(nights=some_nights, cut=some_links, seed=st.integers(0, 9999), same_day=st.booleans())
def test_undoing_an_un_merge_restores_the_id_of_every_record(nights: Any, cut: Any, seed: int, same_day: bool) -> None:
    registry = Registry(seed)
    links: list[tuple[str, str]] = []
    records: set[str] = set()
    for some, present in nights:
        records = present
        links = among(some, present)
        registry.night(sorted(records), links, as_of=DAY if same_day else None)
    before = registry.ids()
    # a steward's rows separate records: some of the links are gone, and no others come
    separated = {frozenset(pair) for pair in [*cut, *links[::2]]}
    for _ in range(2):
        registry.night(sorted(records), [pair for pair in links if frozenset(pair) not in separated])
        apart = registry.ids()
        registry.night(sorted(records), links)
        assert registry.ids() == before
    # doing it again gives what it gave the first time
    registry.night(sorted(records), [pair for pair in links if frozenset(pair) not in separated])
    assert registry.ids() == apart


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(left=some_links, right=some_links)
def test_parting_two_customers_that_were_merged_gives_both_their_ids_back(left: Any, right: Any) -> None:
    registry = Registry()
    ones, others = RECORDS[:6], RECORDS[6:]
    links = [*pairwise(ones), *pairwise(others)]
    registry.night(RECORDS, [*among(left, ones), *among(right, others)])
    registry.night(RECORDS, links)
    first = registry.ids()
    registry.night(RECORDS, [*links, (ones[0], others[0])])
    registry.night(RECORDS, links)
    assert registry.ids() == first
