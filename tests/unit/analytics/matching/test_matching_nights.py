"""Whatever happens from night to night, and in whatever order, the same records give the same customers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.analytics.matching import clustering, features, grouping, scoring, views
from tests.unit.analytics.matching.populations import (
    Population,
    changed,
    changes,
    decided_pairs,
    models,
    populations,
    stated_pairs,
)
from tests.unit.analytics.matching.warehouse import Record, Warehouse, name_of, organization, person

pytestmark = pytest.mark.slow
few = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))

Pairs = list[tuple[str, str]]
Decisions = list[tuple[str, str, str]]


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much changed, only what changed is compared; groups of more than five are too large."""
    monkeypatch.setattr(features, "_MANY", 1e9)
    monkeypatch.setattr(clustering, "MAX_SIZE", 5)
    monkeypatch.setattr(grouping, "MAX_SIZE", 5)


def night(
    warehouse: Warehouse, records: Iterable[Record], stated: Pairs | None = None, decided: Decisions | None = None
) -> Warehouse:
    warehouse.hold(records)
    warehouse.state(stated or [])
    warehouse.decide(decided or [])
    warehouse.match(models())
    return warehouse


@few
@given(populations, st.lists(st.tuples(changes, stated_pairs, decided_pairs), min_size=2, max_size=3))
def test_nights_of_any_changes_give_what_one_night_gives(
    population: Population, nights: list[tuple[tuple[Population, set[str]], Pairs, Decisions]]
) -> None:
    warehouse = night(Warehouse(), population.values())
    for change, stated, decided in nights:
        population = changed(population, change)
        night(warehouse, population.values(), stated, decided)
        assert warehouse.result() == night(Warehouse(), population.values(), stated, decided).result()


@few
@given(populations, stated_pairs, decided_pairs)
def test_links_lie_within_customers_and_what_waits_between_them(
    population: Population, stated: Pairs, decided: Decisions
) -> None:
    warehouse = night(Warehouse(), population.values(), stated, decided)
    groups = warehouse.groups()
    of = {record: group for group in groups for record in group}
    held = sorted(record["record_key"] for record in population.values())
    assert [row[0] for row in warehouse.rows("select record_key from matching.clusters order by all")] == held
    assert all(of[left] is of[right] for left, right, *_ in warehouse.links())
    waiting = [row[:2] for row in warehouse.review()]
    assert len(set(waiting)) == len(waiting)
    assert all(of[left] is not of[right] for left, right in waiting)
    torn = {frozenset((left, right)) for kind, left, right in decided if kind == "must_not_link" and left != right}
    assert not any(pair <= group for pair in torn for group in groups)
    kinds = {record["record_key"]: record["customer_type"] for record in population.values()}
    assert all(len({kinds[record] for record in group}) == 1 for group in groups)


@few
@given(populations, stated_pairs, decided_pairs, st.data())
def test_records_in_any_order_give_the_same(
    population: Population, stated: Pairs, decided: Decisions, data: st.DataObject
) -> None:
    records = list(population.values())
    told = night(Warehouse(), records, stated, decided).result()
    turned = [data.draw(st.sampled_from([(a, b), (b, a)])) for a, b in stated]
    shuffled = data.draw(st.permutations(records))
    assert night(Warehouse(), shuffled, turned, decided[::-1]).result() == told


def stranger(record: Record) -> Record:
    """Return a record under another key, with no value, and no letter of a value, that anyone else has."""

    def other(value: Any) -> Any:
        if isinstance(value, list):
            return [other(each) for each in value]
        if isinstance(value, date):
            return value + timedelta(days=15_000)
        return "".join(chr(0x4E00 + ord(letter)) for letter in value) if isinstance(value, str) else value

    kept = {"record_key": f"crm|two|contacts|{name_of(record['record_key'])}", "customer_type": record["customer_type"]}
    return {name: other(value) for name, value in record.items()} | kept


@few
@given(populations, populations, st.booleans())
def test_unrelated_records_change_no_customer(population: Population, others: Population, is_later: bool) -> None:
    alone = night(Warehouse(), population.values()).groups()
    warehouse = night(Warehouse(), population.values()) if is_later else Warehouse()
    groups = night(warehouse, [*map(stranger, others.values()), *population.values()]).groups()
    assert {group for group in groups if any("|one|" in record for record in group)} == alone


@pytest.mark.parametrize(("module", "step"), [(views, "create"), (grouping, "group"), (scoring, "weigh")])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_night_that_breaks_off_is_made_good_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: ModuleType, step: str, is_first: bool
) -> None:
    before = [
        person(each, "anna", "muster", email=f"{each[0]}m@web.de") for each in ("a1", "a2", "b1", "b2", "c1", "d1")
    ]
    after = [*before[1:], person("b3", "anna", "muster", email="bm@web.de"), organization("e", "acme")]
    file = str(tmp_path / "warehouse.duckdb")
    warehouse = Warehouse(file) if is_first else night(Warehouse(file), before)

    def broken(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(module, step, broken)
        with pytest.raises(RuntimeError, match="killed"):
            night(warehouse, after)
    warehouse.connection.close()
    assert night(Warehouse(file), after).result() == night(Warehouse(), after).result()
