"""Which customer an id or a record was on any day, against what was noted on paper on each of them."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.analytics import registry, stable_ids
from sources.lake import Lake
from tests.integration.dbt.small_lake import SmallLake

pytestmark = pytest.mark.slow

FIRST = date(2025, 1, 1)
NIGHTS = 14
RECORDS = "abcdefgh"
MODELS = "bridge_customer_ids_history bridge_customer_sources_history int_customers__aliases"


def night(lake: Lake, groups: list[str], as_of: date, run_id: str) -> None:
    """Give ids to groups of records, one letter each."""
    rows = ", ".join(f"('{name}', {number})" for number, group in enumerate(groups) for name in group)
    lake.connection.execute(
        f"""
        create or replace temp table records as
        select 'crm|one|contacts|' || name as record_key, 'crm' as source_system, 'one' as source_instance,
            'contacts' as entity, name as source_record_id, 'person' as customer_type,
            null::varchar as delete_reason, component
        from (values {rows}) as t(name, component);
        create or replace temp table today as select record_key, component, customer_type from records;
        create or replace temp table links as
        select record_key, record_key as other_record_key, 'r' as rule, 1.0 as weight, null::double as probability,
            null::varchar as levels
        from records
        where false;
        """
    )
    registry.load(lake.connection)
    stable_ids.assign(lake.connection)
    registry.write(lake, as_of, run_id)


def groups_of(chance: random.Random, earlier: list[list[str]]) -> list[str]:
    """Return the groups of a night: often those of an earlier one, so that merges are undone; else by chance."""
    if earlier and chance.random() < 0.5:
        return chance.choice(earlier)
    shown = [name for name in RECORDS if chance.random() < 0.85] or ["a"]
    count = chance.randint(1, 4)
    parts = ["" for _ in range(count)]
    for name in shown:
        parts[chance.randrange(count)] += name
    return [part for part in parts if part]


class Paper:
    """What is noted after each night: where every record is, and who answers for every id."""

    def __init__(self) -> None:
        self.heirs: dict[str, str] = {}
        self.ids: set[str] = set()

    def note(self, lake: Lake, run_id: str) -> tuple[dict[str, str], dict[str, str | None]]:
        rows = lake.connection.execute(
            "select source_record_id, customer_id from lake.identity.assignments where is_current"
        ).fetchall()
        records: dict[str, str] = dict(rows)
        merged = lake.connection.execute(
            "select customer_id, other_customer_id from lake.identity.events"
            " where event_type = 'merged' and run_id = ?",
            [run_id],
        ).fetchall()
        self.ids |= set(records.values())
        self.heirs |= dict(merged)
        for customer in records.values():
            self.heirs.pop(customer, None)
        return records, {customer: self.answer(customer, records) for customer in self.ids}

    def answer(self, customer: str, records: dict[str, str]) -> str | None:
        while customer in self.heirs:
            customer = self.heirs[customer]
        return customer if customer in records.values() else None


def test_any_id_and_any_record_resolves_to_the_customer_of_any_day(tmp_path: Path) -> None:
    seed = 20250630
    chance = random.Random(seed)
    small_lake = SmallLake(tmp_path / "history")
    paper, noted = Paper(), {}
    earlier: list[list[str]] = []
    for number in range(NIGHTS):
        # now and then a second night on one day: the later one is the word of that day
        day = FIRST + timedelta(days=number - number % 3 // 2)
        groups = groups_of(chance, earlier)
        earlier.append(groups)
        with Lake(small_lake.location) as lake:
            night(lake, groups, day, f"run-{number}")
            noted[day] = paper.note(lake, f"run-{number}")
    small_lake.build("--select", "+" + " +".join(MODELS.split()), as_of="2025-06-30")

    came_back = small_lake.query(
        "select count(*) from core.bridge_customer_ids_history as alias"
        " join core.bridge_customer_ids_history as own using (known_customer_id)"
        " where alias.is_alias and not own.is_alias and own.valid_from >= alias.valid_to"
    )
    assert came_back[0][0] > 0, "no merge of these nights was undone"
    for day in (FIRST + timedelta(days=number) for number in range(NIGHTS)):
        known = max(each for each in noted if each <= day)
        records, answers = noted[known]
        held = f"valid_from <= date '{day}' and (valid_to is null or date '{day}' < valid_to)"
        found = small_lake.query(
            f"select source_record_id, customer_id from core.bridge_customer_sources_history where {held}"
        )
        assert sorted(found) == sorted(records.items()), (day, seed)
        told = small_lake.query(
            f"select known_customer_id, customer_id from core.bridge_customer_ids_history where {held}"
        )
        assert sorted(told) == sorted((one, other) for one, other in answers.items() if other), (day, seed)
    aliases = small_lake.query("select alias_customer_id, customer_id from intermediate.int_customers__aliases")
    assert sorted(aliases) == sorted((one, other) for one, other in answers.items() if other and one != other)
