"""Customer ids keep their promises: stable under order, growth, merge and split, and never used for somebody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.analytics.registry_nights import DAY, Registry, components, groups

RECORDS = [f"{letter}{digit}" for letter in "abcd" for digit in "123"]
some_links = st.lists(st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS)), max_size=12)
some_nights = st.lists(st.tuples(some_links, st.sets(st.sampled_from(RECORDS), min_size=4)), min_size=2, max_size=5)


@pytest.fixture
def registry() -> Registry:
    return Registry()


def among(links: Any, records: Any) -> list[tuple[str, str]]:
    """Return the links between records that are there."""
    return [(left, right) for left, right in links if left in records and right in records]


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(nights=some_nights, seed=st.integers(0, 9999))
def test_neither_the_order_of_rows_nor_the_numbers_of_groups_change_an_id(nights: Any, seed: int) -> None:
    one, other = Registry(), Registry(seed)
    for links, records in nights:
        one.night(sorted(records), among(links, records))
        other.night(sorted(records), among(links, records))
        assert one.ids() == other.ids()
        assert one.told() == other.told()


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(nights=some_nights, strangers=st.integers(1, 8))
def test_unrelated_records_change_no_id(nights: Any, strangers: int) -> None:
    alone, crowded = Registry(), Registry()
    # names before, between and after the others; they are a customer of their own each night
    crowd = [f"{'0bz'[n % 3]}x{n}" for n in range(strangers)]
    for number, (links, records) in enumerate(nights):
        alone.night(sorted(records), among(links, records))
        crowded.night([*records, *crowd], [*among(links, records), *zip(crowd, crowd[number + 1 :], strict=False)])
        ids = crowded.ids()
        assert {record: ids[record] for record in records} == alone.ids()


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(nights=some_nights)
def test_every_night_groups_as_linked_and_no_id_goes_to_somebody_else(nights: Any) -> None:
    registry = Registry()
    held: dict[str, list[set[str]]] = {}
    for links, records in nights:
        before = registry.ids()
        registry.night(sorted(records), among(links, records))
        after = registry.ids()
        assert groups(after) == components(records, among(links, records))
        for customer in set(after.values()):
            members = {record for record, other in after.items() if other == customer}
            # an id passes on from night to night through a record that had it
            assert customer not in held or any(members & earlier for earlier in held[customer])
            held.setdefault(customer, []).append(members)
        gone = set(before.values()) - set(after.values())
        ended = {customer for kind in ("merged", "retired") for customer, _ in registry.events(kind)}
        assert gone <= ended


def test_a_night_without_news_writes_nothing(registry: Registry) -> None:
    registry.night("abc", [("a", "b")])
    before = registry.sizes()
    again = registry.night("abc", [("a", "b")])
    assert registry.sizes() == before
    assert (again.records, again.customers, again.links) == (3, 2, 1)
    assert (again.created, again.moved, again.joined, again.left) == (0, 0, 0, 0)


def test_a_merge_keeps_the_older_id_and_makes_the_other_an_alias(registry: Registry) -> None:
    registry.night("z", [])
    older = registry.ids()["z"]
    registry.night("abz", [("a", "b")])
    younger = registry.ids()["a"]  # larger, and first by name: age decides all the same
    result = registry.night("abz", [("a", "b"), ("b", "z")])
    assert set(registry.ids().values()) == {older}
    assert registry.events("merged") == {(younger, older)}
    assert (result.merged, result.moved, result.customers) == (1, 2, 1)


def test_the_id_of_an_earlier_night_is_older_though_both_nights_speak_of_one_day(registry: Registry) -> None:
    registry.night("z", [], as_of=DAY)
    older = registry.ids()["z"]
    registry.night("abz", [("a", "b")], as_of=DAY)
    registry.night("abz", [("a", "b"), ("b", "z")], as_of=DAY)
    assert set(registry.ids().values()) == {older}


def test_of_equally_old_ids_the_larger_customer_keeps_its_own(registry: Registry) -> None:
    registry.night("axyz", [("x", "y"), ("y", "z")])
    larger = registry.ids()["x"]
    registry.night("axyz", [("x", "y"), ("y", "z"), ("a", "x")])
    assert set(registry.ids().values()) == {larger}


def test_a_split_keeps_the_id_with_the_larger_part(registry: Registry) -> None:
    registry.night("abcde", [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")])
    before = registry.ids()["a"]
    result = registry.night("abcde", [("a", "b"), ("c", "d"), ("d", "e")])
    after = registry.ids()
    assert {after["c"], after["d"], after["e"]} == {before}
    # the id was named after `a`, which has left: the new customer of `a` gets another name
    assert after["a"] == after["b"] != before
    assert registry.events("split") == {(before, after["a"])}
    assert (result.split, result.created, result.moved) == (1, 1, 2)


def test_a_record_that_was_gone_gets_its_id_back(registry: Registry) -> None:
    registry.night("ab", [])
    first = registry.ids()
    result = registry.night("a", [])
    assert registry.ids() == {"a": first["a"]}
    assert (result.retired, registry.events("retired")) == (1, {(first["b"], None)})
    registry.night("ab", [])
    assert registry.ids() == first


def test_a_record_that_went_back_in_time_is_known_by_what_was_written_last(registry: Registry) -> None:
    registry.night("z", [], as_of=DAY + timedelta(0))
    registry.night("az", [], as_of=DAY + timedelta(30))
    registry.night("az", [("a", "z")], as_of=DAY + timedelta(10))  # the night of an earlier day, run again
    registry.night("z", [], as_of=DAY + timedelta(11))
    registry.night("az", [], as_of=DAY + timedelta(40))
    # `a` was with `z` last, so what it had before is no longer its own
    assert registry.ids()["a"] not in {customer for customer, _ in registry.events("merged")}


def test_an_alias_stays_with_its_heir_when_a_record_that_missed_the_merge_returns(registry: Registry) -> None:
    registry.night("z", [])
    registry.night("abz", [("a", "b")])
    alias = registry.ids()["a"]
    registry.night("bz", [])  # `a` is gone, and does not see its customer being merged
    registry.night("bz", [("b", "z")])
    assert registry.events("merged") == {(alias, registry.ids()["z"])}
    registry.night("abz", [("b", "z")])
    assert alias not in registry.ids().values()


def test_an_erased_record_stays_with_the_customer_it_was_with(registry: Registry) -> None:
    registry.night("abcz", [("a", "b"), ("b", "c")])
    first = registry.ids()
    registry.night("abcz", [("b", "c")], erased="a")  # nothing holds it any more
    assert registry.ids() == first
    result = registry.night("abcz", [], erased="abc")
    assert registry.ids() == first
    assert (result.erased, result.created, result.split) == (1, 0, 0)
    registry.night("abcz", [], erased="abc")
    assert registry.events("erased") == {(first["a"], None)}


def test_an_erased_record_follows_its_customer_into_a_merge(registry: Registry) -> None:
    registry.night("z", [])
    registry.night("abz", [("a", "b")])
    registry.night("abz", [("b", "z")], erased="a")
    ids = registry.ids()
    assert ids["a"] == ids["b"] == ids["z"]
