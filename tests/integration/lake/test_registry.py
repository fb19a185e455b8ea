"""The registry in a real lake: one of an earlier release goes on, and a night that is cut off is as if it never was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipelines.analytics import registry, stable_ids
from pipelines.analytics.registry import IdentityResult
from sources.lake import Lake, LakeLocation
from sources.lake.registry import TABLES

KEY = "source_system varchar, source_instance varchar, entity varchar, source_record_id varchar"
OTHER_KEY = KEY.replace("source_", "other_source_").replace("entity", "other_entity")
# the tables as the first release made them
FORMER = {
    "assignments": f"{KEY}, customer_id varchar, customer_type varchar, is_current boolean, assigned_at_as_of date,"
    " run_id varchar",
    "events": f"event_type varchar, customer_id varchar, other_customer_id varchar, {KEY}, as_of date, run_id varchar",
    "evidence": f"{KEY}, {OTHER_KEY}, rule varchar, weight double, is_current boolean, run_id varchar",
}
RECORDS = ("a", "b", "c", "d")


def night(lake: Lake, groups: str, as_of: str) -> IdentityResult:
    """Give ids to records in groups, e.g. ``ab c d``; the first of a group is linked to each of the others."""
    members = [
        (f"crm|one|contacts|{name}", number, name) for number, group in enumerate(groups.split()) for name in group
    ]
    pairs = [
        (f"crm|one|contacts|{group[0]}", f"crm|one|contacts|{name}") for group in groups.split() for name in group[1:]
    ]
    lake.connection.execute(
        f"""
        create or replace temp table today as
        select unnest({[key for key, _, _ in members]}::varchar[]) as record_key,
            unnest({[number for _, number, _ in members]}::integer[]) as component, 'person' as customer_type;
        create or replace temp table records as
        select record_key, 'crm' as source_system, 'one' as source_instance, 'contacts' as entity,
            split_part(record_key, '|', 4) as source_record_id, customer_type, null::varchar as delete_reason
        from today;
        create or replace temp table links as
        select unnest({[left for left, _ in pairs]}::varchar[]) as record_key,
            unnest({[right for _, right in pairs]}::varchar[]) as other_record_key,
            'model' as rule, 8.25 as weight, 0.99 as probability, 'email' as levels;
        """
    )
    registry.load(lake.connection)
    stable_ids.assign(lake.connection)
    registry.write(lake, date.fromisoformat(as_of), f"run-{as_of}")
    return registry.result(lake.connection)


def rows(lake: Lake, table: str) -> list[tuple[Any, ...]]:
    return lake.connection.execute(f"select * from lake.identity.{table} order by all").fetchall()


def ids(lake: Lake) -> dict[str, str]:
    found = lake.connection.execute(
        "select source_record_id, customer_id from lake.identity.assignments where is_current"
    ).fetchall()
    return dict(found)


def former_lake(location: LakeLocation) -> None:
    """Make a lake whose registry an earlier release wrote: `b` was merged into `a`, `d` is shown no more."""
    with Lake(location) as lake:
        for table in TABLES:
            lake.connection.execute(f"drop table lake.{table}")
        for table, columns in FORMER.items():
            lake.connection.execute(f"create table lake.identity.{table} ({columns})")
        lake.connection.execute(
            """
            insert into lake.identity.assignments
            select 'crm', 'one', 'contacts', name, customer, 'person', is_now, day::date, 'old' from (values
                ('a', 'c_a', true, '2024-01-01'), ('b', 'c_b', false, '2024-01-01'), ('b', 'c_a', true, '2024-02-01'),
                ('c', 'c_c', true, '2024-02-01'), ('d', 'c_d', false, '2024-01-01')) as t(name, customer, is_now, day);
            insert into lake.identity.events
            select kind, customer, other, 'crm', 'one', 'contacts', name, day::date, 'old' from (values
                ('created', 'c_a', null, 'a', '2024-01-01'), ('created', 'c_b', null, 'b', '2024-01-01'),
                ('created', 'c_c', null, 'c', '2024-02-01'), ('created', 'c_d', null, 'd', '2024-01-01'),
                ('merged', 'c_b', 'c_a', 'b', '2024-02-01'), ('moved', 'c_b', 'c_a', 'b', '2024-02-01'),
                ('retired', 'c_d', null, 'd', '2024-02-01')) as t(kind, customer, other, name, day);
            insert into lake.identity.evidence values
                ('crm', 'one', 'contacts', 'a', 'crm', 'one', 'contacts', 'b', 'email_and_name', 0.99, true, 'old');
            """
        )


def test_a_registry_of_an_earlier_release_gets_its_new_columns_and_keeps_its_rows(location: LakeLocation) -> None:
    former_lake(location)
    with Lake(location) as lake:
        for name in TABLES:
            described = lake.connection.execute(f"describe lake.{name}").fetchall()
            made = [f"{column[0]} {column[1].lower()}" for column in described]
            assert made == [column.strip() for column in TABLES[name].split(",")]
        assert len(rows(lake, "assignments")) == 5
        assert ids(lake) == {"a": "c_a", "b": "c_a", "c": "c_c"}


def test_ids_of_an_earlier_release_live_on(location: LakeLocation) -> None:
    former_lake(location)
    with Lake(location) as lake:
        # what was merged then stays an alias, a record that returns gets its id, the older of two ids stays
        night(lake, "a b c d", "2025-01-01")
        now = ids(lake)
        assert (now["a"], now["c"], now["d"]) == ("c_a", "c_c", "c_d")
        assert now["b"] not in ("c_a", "c_b", "c_c", "c_d")
        night(lake, "ab cd", "2025-01-02")
        assert ids(lake) == {"a": "c_a", "b": "c_a", "c": "c_d", "d": "c_d"}
        closed = lake.connection.execute(
            "select valid_to from lake.identity.assignments where customer_id = 'c_c' and not is_current"
        ).fetchall()
        assert closed == [(date(2025, 1, 2),)]


def test_a_merge_and_its_undoing_are_kept_across_openings(location: LakeLocation) -> None:
    states = []
    for number, groups in enumerate(("ab cd", "abcd", "ab cd", "abcd", "ab cd"), start=1):
        with Lake(location) as lake:
            night(lake, groups, f"2025-01-0{number}")
            states.append(ids(lake))
    first, together, *later = states
    assert len(set(together.values())) == 1
    assert later == [first, together, first]


@pytest.mark.parametrize("how", ["raises", "is killed"])
def test_a_night_cut_off_in_its_transaction_leaves_no_trace_and_its_repetition_gives_the_same(
    location: LakeLocation, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    def cut_off(connection: Any, *_: Any) -> None:
        if how == "is killed":
            connection.close()
        raise RuntimeError("cut off")

    with Lake(location) as lake:
        night(lake, "a b cd", "2025-01-01")
        before = {table: rows(lake, table) for table in FORMER}
        with monkeypatch.context() as patched:
            patched.setattr("pipelines.analytics.evidence.write", cut_off)
            with pytest.raises(RuntimeError, match="cut off"):
                night(lake, "abcd", "2025-01-02")
    with Lake(location) as lake:
        assert {table: rows(lake, table) for table in FORMER} == before
        told = night(lake, "abcd", "2025-01-02")
        assert told.merged == 2
        once = {table: rows(lake, table) for table in FORMER}
        night(lake, "abcd", "2025-01-03")
        assert {table: rows(lake, table) for table in FORMER} == once
