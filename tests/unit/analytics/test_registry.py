"""The registry tells what happened: periods, events and evidence, written whole or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pipelines.analytics import registry as subject
from pipelines.analytics import stable_ids
from tests.unit.analytics.registry_nights import DAY, Registry

ASSIGNMENTS = (
    "select source_record_id, customer_id, assigned_at_as_of, valid_to, is_current, revision"
    " from lake.identity.assignments order by all"
)
EVIDENCE = (
    "select source_record_id, other_source_record_id, weight, probability, levels, model_id, valid_from, valid_to,"
    " is_current from lake.identity.evidence order by valid_from, source_record_id"
)


def day(number: int) -> Any:
    return DAY + timedelta(days=number)


@pytest.fixture
def registry() -> Registry:
    return Registry()


def test_a_record_is_with_one_customer_from_a_day_on_until_the_day_it_goes(registry: Registry) -> None:
    registry.night("az", [])
    ids = registry.ids()
    registry.night("az", [("a", "z")])
    kept = registry.ids()["a"]
    gone = next(record for record in "az" if ids[record] != kept)
    stayed = "az".replace(gone, "")
    registry.night(stayed, [])
    assert registry.rows(ASSIGNMENTS) == sorted(
        [
            (stayed, kept, day(1), None, True, 1),
            (gone, ids[gone], day(1), day(2), False, 1),
            (gone, kept, day(2), day(3), False, 2),
        ]
    )


def test_a_customer_is_born_without_its_records_joining_it(registry: Registry) -> None:
    registry.night("ab", [("a", "b")])
    born = registry.ids()["a"]
    assert registry.told() == [("created", born, None, "a")]


def test_a_new_record_joins_a_customer_that_was_there(registry: Registry) -> None:
    registry.night("a", [])
    registry.night("ab", [("a", "b")])
    assert registry.told() == [("joined", registry.ids()["a"], None, "b")]


def test_a_record_that_is_shown_no_more_leaves_to_nowhere(registry: Registry) -> None:
    registry.night("ab", [("a", "b")])
    customer = registry.ids()["a"]
    registry.night("a", [])
    assert registry.told() == [("left", customer, None, "b")]
    registry.night("ab", [("a", "b")])
    assert registry.told() == [("joined", customer, None, "b")]


def test_a_record_that_moves_leaves_one_customer_and_joins_another(registry: Registry) -> None:
    registry.night("abcxy", [("a", "b"), ("b", "c"), ("x", "y")])
    ids = registry.ids()
    result = registry.night("abcxy", [("b", "c"), ("a", "x"), ("x", "y")])
    moved = registry.ids()
    assert moved["a"] == ids["x"]
    assert registry.told() == [("joined", ids["x"], ids["a"], "a"), ("left", ids["a"], ids["x"], "a")]
    assert (result.moved, result.joined, result.left, result.merged, result.split) == (1, 1, 1, 0, 0)


def test_a_split_tells_who_left_for_the_newborn(registry: Registry) -> None:
    registry.night("abc", [("a", "b"), ("b", "c")])
    old = registry.ids()["a"]
    registry.night("abc", [("a", "b")])
    new = registry.ids()["c"]
    assert registry.told() == [("created", new, None, "c"), ("left", old, new, "c"), ("split", old, new, "c")]


def test_a_customer_without_records_is_retired(registry: Registry) -> None:
    registry.night("abc", [("a", "b")])
    old = registry.ids()["a"]
    registry.night("c", [])
    assert registry.told() == [("left", old, None, "a"), ("left", old, None, "b"), ("retired", old, None, "a")]


def test_a_customer_is_erased_when_its_last_record_is(registry: Registry) -> None:
    registry.night("ab", [("a", "b")])
    registry.night("ab", [("a", "b")], erased="a")
    assert registry.events("erased") == set()
    registry.night("ab", [], erased="ab")
    assert registry.told() == [("erased", registry.ids()["a"], None, "a")]


def test_a_new_kind_of_customer_is_a_new_period_and_no_event(registry: Registry) -> None:
    registry.night("a", [])
    registry.show("a", [], kind="organization")
    assert registry.resolve(day(2))
    assert [(row[3], row[4]) for row in registry.rows(ASSIGNMENTS)] == [(day(2), False), (None, True)]
    assert registry.sizes() == (2, 1, 0)


def test_evidence_holds_from_the_day_a_link_is_found_until_the_day_it_is_not(registry: Registry) -> None:
    registry.night("ab", [("a", "b")])
    registry.night("ab", [])
    registry.night("ab", [("a", "b")])
    said = ("a", "b", 9.5, 0.99, "email", None)
    assert registry.rows(EVIDENCE) == [(*said, day(1), day(2), False), (*said, day(3), None, True)]


@pytest.mark.parametrize(
    "change", ["weight = 8", "probability = 0.5", "levels = 'phone'", "weight = null", "levels = null"]
)
def test_a_link_with_another_reason_is_new_evidence(registry: Registry, change: str) -> None:
    registry.night("ab", [("a", "b")])
    registry.connection.execute(f"update links set {change}")
    assert registry.resolve(day(2))
    assert [row[-2:] for row in registry.rows(EVIDENCE)] == [(day(2), False), (None, True)]
    assert not registry.resolve(day(3))


def test_the_last_digits_of_a_weight_are_no_new_evidence(registry: Registry) -> None:
    registry.night("ab", [("a", "b")])
    registry.connection.execute("update links set weight = weight + 1e-12, probability = probability - 1e-13")
    assert not registry.resolve(day(2))


def test_evidence_of_a_model_names_the_current_one_of_its_kind(registry: Registry) -> None:
    registry.connection.execute(
        "insert into lake.identity.models (model_id, customer_type, is_current) values"
        " ('m1', 'person', false), ('m2', 'person', true), ('m3', 'organization', true)"
    )
    registry.show("abc", [("a", "b"), ("b", "c")])
    registry.connection.execute("update links set rule = 'must_link' where record_key like '%b'")
    registry.resolve(day(1))
    assert [(row[0], row[5]) for row in registry.rows(EVIDENCE)] == [("a", "m2"), ("b", None)]


def test_a_link_to_a_record_that_is_not_there_is_no_evidence(registry: Registry) -> None:
    registry.show("ab", [("a", "b")])
    registry.connection.execute("insert into links select record_key, 'q', 'model', 9.5, 0.99, 'phone' from links")
    registry.resolve(day(1))
    assert not registry.resolve(day(2))
    assert len(registry.rows(EVIDENCE)) == 1


def test_what_a_night_would_do_is_known_before_it_is_written(registry: Registry) -> None:
    registry.night("abz", [("a", "b")])
    before = registry.sizes()
    registry.show("abz", [("a", "b"), ("b", "z")])
    subject.load(registry.connection)
    stable_ids.assign(registry.connection)
    foreseen = subject.result(registry.connection)
    assert registry.sizes() == before
    assert subject.write(registry, day(2), "run")
    assert foreseen == subject.result(registry.connection)
    assert (foreseen.merged, foreseen.customers) == (1, 1)


def test_a_night_that_breaks_off_leaves_the_registry_as_it_was_and_can_be_repeated(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = Registry()
    for each in (registry, undisturbed):
        each.night("abz", [("a", "b")])
    before = registry.rows(ASSIGNMENTS)

    def broken(*_: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("pipelines.analytics.evidence.write", broken)
        with pytest.raises(OSError, match="disk is full"):
            registry.night("abz", [("b", "z")])
    assert registry.rows(ASSIGNMENTS) == before
    registry.nights = 1
    for each in (registry, undisturbed):
        each.night("abz", [("b", "z")])
    assert registry.rows(ASSIGNMENTS) == undisturbed.rows(ASSIGNMENTS)
    assert registry.told() == undisturbed.told()


def test_no_records_is_no_customers(registry: Registry) -> None:
    result = registry.night([], [])
    assert (result.records, result.customers, registry.sizes()) == (0, 0, (0, 0, 0))
