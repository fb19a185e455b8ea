"""Customer ids keep their promises: stable under order, growth, rebuild, merge and split, and never used twice."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.analytics.identity import IdentityResult, resolve

DAY = date(2025, 1, 1)
Links = Iterable[tuple[str, str]]


class Registry:
    """A lake with nothing but the identity schema, and a warehouse file that is written anew each night."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.nights = 0
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as lake; create schema lake.identity")
        key = "source_system varchar, source_instance varchar, entity varchar, source_record_id varchar"
        other = key.replace("source_", "other_source_").replace("entity", "other_entity")
        self.connection.execute(
            f"""
            create table lake.identity.assignments ({key}, customer_id varchar, customer_type varchar,
                is_current boolean, assigned_at_as_of date, run_id varchar);
            create table lake.identity.events (event_type varchar, customer_id varchar, other_customer_id varchar,
                {key}, as_of date, run_id varchar);
            create table lake.identity.evidence ({key}, {other}, rule varchar, weight double, is_current boolean,
                run_id varchar);
            """
        )

    def transaction(self, work: Any) -> Any:
        return work()

    def night(self, records: Iterable[str], links: Links, warehouse: str = "warehouse") -> IdentityResult:
        """Resolve records `a`, `b`, … joined by links; every call is a later day."""
        path = self.folder / f"{warehouse}{self.nights}.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(
                """
                create schema intermediate;
                create table intermediate.int_customers__records (record_key varchar, source_system varchar,
                    source_instance varchar, entity varchar, source_record_id varchar, customer_type varchar);
                create table intermediate.int_customers__links (record_key varchar, other_record_key varchar,
                    rule varchar, weight double);
                """
            )
            connection.execute(
                "insert into intermediate.int_customers__records"
                " select 'crm|one|contacts|' || name, 'crm', 'one', 'contacts', name, 'person'"
                " from (select unnest(?::varchar[]) as name)",
                [list(records)],
            )
            pairs = [sorted([key(left), key(right)]) for left, right in links]
            connection.execute(
                "insert into intermediate.int_customers__links"
                " select pair[1], pair[2], 'email_and_name', 0.99 from (select unnest(?::varchar[][]) as pair)",
                [pairs],
            )
        self.nights += 1
        return resolve(path, self, DAY + timedelta(days=self.nights), f"run-{self.nights:03}")

    def ids(self) -> dict[str, str]:
        """Return the customer of each current record."""
        rows = self.connection.execute(
            "select source_record_id, customer_id from lake.identity.assignments where is_current"
        ).fetchall()
        found = dict(rows)
        assert len(found) == len(rows), "a record has two current customers"
        return found

    def events(self, kind: str) -> set[tuple[str, str | None]]:
        """Return (customer_id, other_customer_id) of every event of a kind."""
        return set(
            self.connection.execute(
                "select customer_id, other_customer_id from lake.identity.events where event_type = ?", [kind]
            ).fetchall()
        )

    def sizes(self) -> tuple[int, ...]:
        """Return how many rows each table holds, closed ones included."""
        tables = ("assignments", "events", "evidence")
        counts = (self.connection.execute(f"select count(*) from lake.identity.{t}").fetchone() for t in tables)
        return tuple(row[0] for row in counts if row)


def key(record: str) -> str:
    return f"crm|one|contacts|{record}"


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path)


def components(records: Iterable[str], links: Links) -> set[frozenset[str]]:
    """Group records by following links, one at a time: slow and obvious."""
    groups = {record: {record} for record in records}
    for left, right in links:
        joined = groups[left] | groups[right]
        for record in joined:
            groups[record] = joined
    return {frozenset(group) for group in groups.values()}


def groups(ids: dict[str, str]) -> set[frozenset[str]]:
    return {frozenset(r for r, other in ids.items() if other == customer) for customer in ids.values()}


RECORDS = [f"{letter}{digit}" for letter in "abcd" for digit in "123"]
some_links = st.lists(st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS)), max_size=12)


@settings(max_examples=10, deadline=None)
@given(links=some_links, seed=st.integers(0, 9999))
def test_order_of_records_and_links_changes_nothing(tmp_path_factory: Any, links: Any, seed: int) -> None:
    one, other = (Registry(tmp_path_factory.mktemp("order")) for _ in range(2))
    one.night(RECORDS, links)
    shuffled = random.Random(seed)
    records, turned = list(RECORDS), [(b, a) for a, b in links]
    shuffled.shuffle(records)
    shuffled.shuffle(turned)
    other.night(records, turned)
    assert one.ids() == other.ids()
    assert groups(one.ids()) == components(RECORDS, links)


@settings(max_examples=5, deadline=None)
@given(links=some_links, later=some_links)
def test_every_night_groups_as_linked_and_never_uses_an_id_twice(tmp_path_factory: Any, links: Any, later: Any) -> None:
    registry = Registry(tmp_path_factory.mktemp("nights"))
    dead: set[str] = set()
    for night in (links, later, links, [], later):
        before = registry.ids()
        registry.night(RECORDS, night)
        after = registry.ids()
        assert groups(after) == components(RECORDS, night)
        assert not dead & set(after.values()), "an id that was merged away came back"
        dead |= set(before.values()) - set(after.values())


@settings(max_examples=10, deadline=None)
@given(links=some_links, strangers=st.integers(1, 20))
def test_unrelated_records_change_no_id(tmp_path_factory: Any, links: Any, strangers: int) -> None:
    alone, crowded = (Registry(tmp_path_factory.mktemp("crowd")) for _ in range(2))
    alone.night(RECORDS, links)
    # names before, between and after the others: positions shift, ids must not
    crowded.night([*RECORDS, *(f"{'0bz'[n % 3]}x{n}" for n in range(strangers))], links)
    crowd = crowded.ids()
    assert {record: crowd[record] for record in RECORDS} == alone.ids()


def test_a_night_without_news_writes_nothing(registry: Registry) -> None:
    registry.night("abc", [("a", "b")])
    before = registry.sizes()
    again = registry.night("abc", [("a", "b")])
    assert registry.sizes() == before
    assert (again.records, again.customers, again.created, again.moved) == (3, 2, 0, 0)


def test_a_merge_keeps_the_older_id_and_makes_the_other_an_alias(registry: Registry) -> None:
    registry.night("z", [])
    older = registry.ids()["z"]
    registry.night("abz", [("a", "b")])
    younger = registry.ids()["a"]  # larger, and first by name: age decides all the same
    result = registry.night("abz", [("a", "b"), ("b", "z")])
    assert set(registry.ids().values()) == {older}
    assert registry.events("merged") == {(younger, older)}
    assert (result.merged, result.moved, result.customers) == (1, 2, 1)


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


def test_an_id_merged_away_never_comes_back(registry: Registry) -> None:
    registry.night("ab", [])
    first = registry.ids()
    registry.night("ab", [("a", "b")])
    gone = set(first.values()) - set(registry.ids().values())
    registry.night("ab", [])
    assert not gone & set(registry.ids().values())
    assert len(set(registry.ids().values())) == 2


def test_a_record_that_was_gone_gets_its_id_back(registry: Registry) -> None:
    registry.night("ab", [])
    first = registry.ids()
    result = registry.night("a", [])
    assert registry.ids() == {"a": first["a"]}
    assert (result.retired, registry.events("retired")) == (1, {(first["b"], None)})
    registry.night("ab", [])
    assert registry.ids() == first


def test_an_alias_stays_with_its_heir_when_a_record_that_missed_the_merge_returns(registry: Registry) -> None:
    registry.night("z", [])
    registry.night("abz", [("a", "b")])
    alias = registry.ids()["a"]
    registry.night("bz", [])  # `a` is gone, and does not see its customer being merged
    registry.night("bz", [("b", "z")])
    assert registry.events("merged") == {(alias, registry.ids()["z"])}
    registry.night("abz", [("b", "z")])
    assert alias not in registry.ids().values()


def test_the_warehouse_can_be_rebuilt_without_touching_an_id(registry: Registry) -> None:
    registry.night("abcd", [("a", "b")])
    registry.night("abcd", [("a", "b"), ("b", "d")])
    before = registry.ids()
    registry.night("dcba", [("d", "b"), ("b", "a")], warehouse="rebuilt")
    assert registry.ids() == before


def test_evidence_names_the_rule_and_is_closed_when_the_link_is_gone(registry: Registry) -> None:
    registry.night("ab", [("a", "b")])
    registry.night("ab", [])
    rows = registry.connection.execute(
        "select source_record_id, other_source_record_id, rule, weight, is_current from lake.identity.evidence"
    ).fetchall()
    assert rows == [("a", "b", "email_and_name", 0.99, False)]
    registry.night("ab", [("a", "b")])
    current = registry.connection.execute("select count(*) from lake.identity.evidence where is_current").fetchone()
    assert current == (1,)


def test_no_records_is_no_customers(registry: Registry) -> None:
    result = registry.night([], [])
    assert (result.records, result.customers, registry.sizes()) == (0, 0, (0, 0, 0))
