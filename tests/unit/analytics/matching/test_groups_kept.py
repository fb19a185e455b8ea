"""What is kept from night to night about groups, and what is done with groups that are too large."""

from __future__ import annotations

import pytest

from pipelines.analytics.matching import clustering, features, grouping
from pipelines.analytics.matching.matcher import KINDS
from tests.unit.analytics.matching.warehouse import Record, Warehouse, declared_model, key, person

MODELS = {kind.customer_type: declared_model(kind) for kind in KINDS}


def test_a_group_that_was_checked_is_checked_again_when_another_record_takes_the_place_of_one(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "_MANY", 1e9)
    # the last record is linked with the second alone; only looking at the whole group shows that it may not be in it
    two = [
        person("a", "anna", "muster", email="am@web.de", born="1980-02-01"),
        person("b", "anna", "muster", email="am@web.de", phone="+491"),
    ]
    night(warehouse, [*two, person("c", "anna", "schulz", phone="+491")])
    assert warehouse.together() == {frozenset("abc")}
    night(warehouse, two)
    night(warehouse, [*two, person("c", "anna", "schulz", phone="+491", born="1950-07-31")])
    assert warehouse.together() == {frozenset("ab")}
    assert [row[:3] for row in warehouse.review()] == [(key("b"), key("c"), "conflict")]


def test_a_group_that_is_too_large_is_cut_and_what_is_left_holds_no_contradiction(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (clustering, grouping):
        monkeypatch.setattr(module, "MAX_SIZE", 4)
    born = {"b": "1980-02-01", "c": "1950-07-31"}
    night(warehouse, [person(name, "anna", "muster", email="am@web.de", born=born.get(name)) for name in "abcdefg"])
    together = warehouse.together()
    assert sorted(map(len, together)) == [3, 4]
    assert not any({"b", "c"} <= group for group in together)
    assert {row[2] for row in warehouse.review()} == {"conflict", "too_large"}


@pytest.mark.parametrize("order", ["abc", "cba", "bca"])
def test_of_equally_sure_links_the_first_by_its_records_is_kept_in_whatever_order_they_come(
    warehouse: Warehouse, order: str
) -> None:
    born = {"a": "1980-02-01", "c": "1950-07-31"}
    night(warehouse, [person(name, "anna", "muster", email="am@web.de", born=born.get(name)) for name in order])
    assert warehouse.together() == {frozenset("ab")}


def test_a_pair_that_two_say_and_a_steward_does_not_waits_once(warehouse: Warehouse) -> None:
    warehouse.state([(key("a"), key("b")), (key("b"), key("c"))])
    warehouse.decide([("must_not_link", key("a"), key("c"))])
    night(warehouse, [person(name, "anna", "muster", email="am@web.de") for name in "abc"])
    assert [row[:3] for row in warehouse.review()] == [(key("b"), key("c"), "conflict")]


def night(warehouse: Warehouse, records: list[Record]) -> None:
    warehouse.hold(records)
    warehouse.match(MODELS)
