"""What lists, searches and associations tell of changes, and what they leave out; numbers are those of the cases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from sources.lake import Lake
from tests.integration.hubspot.account import START, Account, current, succeeded

LIVING = ("upsert", None, None)


def test_a_night_takes_new_changed_and_archived_records(account: Account, lake: Lake) -> None:
    gone, changed, kept = account.named(3)
    connector = account.connector()
    succeeded(account.night(lake, connector, "companies"))
    account.pass_time(hours=24)
    account.records.archive("companies", gone)
    account.records.update("companies", changed, {"name": "changed", "annualrevenue": "1234567890123456.7891"})
    new = account.records.insert("companies", {"name": "new"})
    account.pass_time(minutes=10)
    succeeded(account.night(lake, connector, "companies"))
    assert current(lake, "companies", "name", "annualrevenue") == {
        gone: ("delete", "soft", None, "name 0", None),
        changed: (*LIVING, "changed", Decimal("1234567890123456.7891")),
        kept: (*LIVING, "name 2", None),
        new: (*LIVING, "new", None),
    }


def test_a_night_with_nothing_new_costs_three_requests_an_object_and_none_an_association(
    account: Account, lake: Lake
) -> None:
    account.named(3)
    account.named(2, "deals")
    connector = account.connector()
    tables = ("companies", "deals", "deals_to_companies", "deal_stage_history")
    succeeded(account.night(lake, connector, *tables))
    account.pass_time(hours=24)
    requests = account.requests_of(lambda: succeeded(account.night(lake, connector, *tables)))
    assert sum("companies" in each for each in requests) == 3, requests
    assert sum("deals" in each for each in requests) == 3, requests


def test_case_2_a_row_that_becomes_visible_late_with_an_older_stamp_is_read(account: Account, lake: Lake) -> None:
    account.named(2)
    connector = account.connector()
    succeeded(account.night(lake, connector, "companies"))
    account.pass_time(hours=20)
    late = account.records.insert("companies", {"name": "late"}, visible_at=account.now + timedelta(hours=2))
    account.pass_time(hours=1)
    succeeded(account.night(lake, connector, "companies"))
    account.pass_time(hours=23)
    succeeded(account.night(lake, connector, "companies"))
    assert current(lake, "companies", "name")[late] == (*LIVING, "late")


@pytest.mark.parametrize("minutes", [10, 340])
def test_case_28_a_change_that_reaches_the_search_late_is_read_by_the_next_window(
    account: Account, lake: Lake, minutes: int
) -> None:
    (changed,) = account.named(1)
    connector = account.connector()
    succeeded(account.night(lake, connector, "companies"))
    account.pass_time(hours=24)
    account.faults.index_lag = timedelta(minutes=minutes)
    account.records.update("companies", changed, {"name": "changed"})
    new = account.records.insert("companies", {"name": "new"})
    account.pass_time(minutes=9)
    succeeded(account.night(lake, connector, "companies"))
    assert set(current(lake, "companies")) == {changed}
    account.pass_time(hours=24)
    succeeded(account.night(lake, connector, "companies"))
    assert current(lake, "companies", "name") == {changed: (*LIVING, "changed"), new: (*LIVING, "new")}


def test_case_29_contacts_are_searched_by_the_name_that_their_stamp_has(account: Account, lake: Lake) -> None:
    (changed,) = account.named(1, "contacts")
    connector = account.connector()
    succeeded(account.night(lake, connector, "contacts"))
    account.pass_time(hours=24)
    account.records.update("contacts", changed, {"lastname": "changed"})
    account.pass_time(minutes=10)
    requests = account.requests_of(lambda: succeeded(account.night(lake, connector, "contacts")))
    assert any("search" in each for each in requests) and not any("archived=false&properties=" in r for r in requests)
    assert current(lake, "contacts", "lastname") == {changed: (*LIVING, "changed")}


@pytest.mark.parametrize("lists_merged", [False, True])
def test_cases_10_and_30_a_chain_of_merges_under_new_ids_leads_every_old_id_to_the_survivor(
    account: Account, lake: Lake, lists_merged: bool
) -> None:
    account.faults.lists_merged = lists_merged
    first, second, third, other = account.named(4)
    connector = account.connector()
    succeeded(account.night(lake, connector, "companies"))
    account.pass_time(hours=24)
    middle = account.records.merge("companies", first, second)
    account.pass_time(minutes=10)
    succeeded(account.night(lake, connector, "companies"))
    seen = current(lake, "companies", "name")
    assert seen[first] == ("delete", "merged", middle, "name 0")
    assert seen[second] == ("delete", "merged", middle, "name 1")
    assert seen[middle] == (*LIVING, "name 0")
    account.pass_time(hours=24)
    last = account.records.merge("companies", third, middle)
    for _ in range(2):
        account.pass_time(hours=24)
        succeeded(account.night(lake, connector, "companies"))
        seen = current(lake, "companies")
        assert {seen[each] for each in (first, second, third, middle)} == {("delete", "merged", last)}
        assert seen[last] == seen[other] == LIVING


def test_a_merge_that_the_search_shows_late_turns_an_archived_loser_into_a_merged_one(
    account: Account, lake: Lake
) -> None:
    account.faults.lists_merged = True
    one, two, other = account.named(3)
    connector = account.connector()
    succeeded(account.night(lake, connector, "companies"))
    account.pass_time(hours=24)
    account.faults.index_lag = timedelta(hours=1)
    survivor = account.records.merge("companies", one, two)
    account.pass_time(minutes=10)
    succeeded(account.night(lake, connector, "companies"))
    assert current(lake, "companies") == {one: ("delete", "soft", None), two: ("delete", "soft", None), other: LIVING}
    account.pass_time(hours=24)
    succeeded(account.night(lake, connector, "companies"))
    assert current(lake, "companies") == {
        one: ("delete", "merged", survivor),
        two: ("delete", "merged", survivor),
        survivor: LIVING,
        other: LIVING,
    }


def test_a_merge_of_the_former_kind_keeps_the_primary_id(account: Account, lake: Lake) -> None:
    account.faults.keeps_primary_id = True
    primary, loser = account.named(2)
    connector = account.connector()
    succeeded(account.night(lake, connector, "companies"))
    account.pass_time(hours=24)
    assert account.records.merge("companies", primary, loser) == primary
    account.pass_time(minutes=10)
    succeeded(account.night(lake, connector, "companies"))
    assert current(lake, "companies") == {primary: LIVING, loser: ("delete", "merged", primary)}


def test_case_30_a_whole_read_finds_where_a_missing_id_leads_to(account: Account, lake: Lake) -> None:
    one, two, *_ = account.named(8)
    connector = account.connector()
    succeeded(account.night(lake, connector, "companies"))
    survivor = account.records.merge("companies", one, two)
    # older accounts have survivors that do not list what was merged into them
    account.records.update("companies", survivor, {"hs_merged_object_ids": None})
    account.pass_time(days=8)
    succeeded(account.night(lake, connector, "companies"))
    seen = current(lake, "companies")
    assert seen[one] == seen[two] == ("delete", "merged", survivor)


def test_case_11_a_restored_record_lives_again_though_its_stamp_did_not_move(account: Account, lake: Lake) -> None:
    (record,) = account.named(1)
    connector, states = account.connector(), []
    for act in (None, account.records.archive, account.records.restore):
        if act:
            act("companies", record)
        succeeded(account.night(lake, connector, "companies"))
        states.append(current(lake, "companies")[record][:2])
        account.pass_time(hours=24)
    assert states == [("upsert", None), ("delete", "soft"), ("upsert", None)]


def test_a_record_restored_changed_and_archived_again_between_two_nights_is_archived_as_it_last_was(
    account: Account, lake: Lake
) -> None:
    record, *_ = account.named(3)
    connector = account.connector()
    account.records.archive("companies", record)
    succeeded(account.night(lake, connector, "companies"))
    account.pass_time(hours=20)
    account.records.restore("companies", record)
    account.records.update("companies", record, {"name": "changed"})
    account.pass_time(hours=1)
    archived_at = account.now
    account.records.archive("companies", record)
    account.pass_time(hours=3)
    succeeded(account.night(lake, connector, "companies"))
    assert current(lake, "companies", "name", "archivedAt")[record] == ("delete", "soft", None, "changed", archived_at)


def test_case_12_a_privacy_delete_is_found_by_the_weekly_whole_read(account: Account, lake: Lake) -> None:
    erased, kept = account.named(2, "contacts")
    connector = account.connector()
    succeeded(account.night(lake, connector, "contacts"))
    account.records.erase("contacts", erased)
    account.pass_time(hours=24)
    succeeded(account.night(lake, connector, "contacts"))
    assert current(lake, "contacts")[erased] == LIVING
    account.pass_time(days=7)
    succeeded(account.night(lake, connector, "contacts"))
    assert current(lake, "contacts", "lastname") == {
        erased: ("delete", "purged", None, "name 0"),
        kept: (*LIVING, "name 1"),
    }


def test_a_whole_read_that_misses_more_than_half_is_refused_without_asking_for_each(
    account: Account, lake: Lake
) -> None:
    ids = account.named(10)
    connector = account.connector()
    succeeded(account.night(lake, connector, "companies"))
    for each in ids[:8]:
        account.records.erase("companies", each)
    (result,) = account.night(lake, connector, "companies", full=True)
    assert "shrink limit" in str(result.error)
    assert not [each for each in account.seen if "batch" in each]
    assert set(current(lake, "companies").values()) == {LIVING}


def test_a_shrinking_that_is_real_is_believed_once_the_configuration_says_so(account: Account, lake: Lake) -> None:
    *_, kept = account.named(4)
    account.records.document("pipeline:deals", "1", {"id": "1", "stages": [{"id": str(each)} for each in range(4)]})
    tables = ("companies", "deal_stages")
    succeeded(account.night(lake, account.connector(), *tables))
    for each in current(lake, "companies").keys() - {kept}:
        account.records.erase("companies", each)
    account.records.document("pipeline:deals", "1", {"id": "1", "stages": [{"id": "0"}]})
    assert all(each.error for each in account.night(lake, account.connector(), *tables, full=True))
    succeeded(account.night(lake, account.connector(shrink_limit=0.9), *tables, full=True))
    assert [key for key, state in current(lake, "companies").items() if state == LIVING] == [kept]
    assert [key for key, state in current(lake, "deal_stages").items() if state == LIVING] == ["1|0"]


def test_a_record_restored_behind_the_back_of_a_whole_read_is_not_taken_for_gone(account: Account, lake: Lake) -> None:
    first, *_ = ids = account.named(6)
    connector = account.connector()
    succeeded(account.night(lake, connector, "companies"))
    account.records.archive("companies", first)
    # the list of living records has passed it, the list of archived ones has it no more
    account.meanwhile = lambda request: (
        account.records.restore("companies", first) if "archived=true" in request else None
    )
    succeeded(account.night(lake, connector, "companies", full=True))
    assert current(lake, "companies") == dict.fromkeys(ids, LIVING)


def test_case_13_a_calculated_property_comes_with_the_weekly_whole_read(account: Account, lake: Lake) -> None:
    (record,) = account.named(1, "deals")
    connector = account.connector()
    succeeded(account.night(lake, connector, "deals"))
    account.pass_time(days=1)
    succeeded(account.night(lake, connector, "deals"))
    account.records.update("deals", record, {"hs_forecast_amount": "12.5"}, touch=False)
    for days, value in ((1, None), (7, Decimal("12.5"))):
        account.pass_time(days=days)
        succeeded(account.night(lake, connector, "deals"))
        assert current(lake, "deals", "hs_forecast_amount")[record] == (*LIVING, value)


def test_case_14_a_new_property_becomes_a_column_and_a_vanished_one_stays(account: Account, lake: Lake) -> None:
    (record,) = account.named(1)
    connector = account.connector()
    succeeded(account.night(lake, connector, "companies"))
    account.pass_time(hours=24)
    account.records.add_property("companies", "tier", "enumeration")
    account.records.update("companies", record, {"tier": "gold;silver"})
    account.pass_time(minutes=10)
    succeeded(account.night(lake, connector, "companies"))
    assert current(lake, "companies", "tier")[record] == (*LIVING, "gold;silver")
    account.pass_time(hours=24)
    account.records.remove_property("companies", "tier")
    account.records.update("companies", record, {"name": "later"})
    account.pass_time(minutes=10)
    succeeded(account.night(lake, connector, "companies"))
    assert current(lake, "companies", "name", "tier")[record] == (*LIVING, "later", None)


def test_a_number_that_hubspot_calculates_keeps_every_place_of_a_float(account: Account, lake: Lake) -> None:
    account.records.add_property("companies", "n", "number")
    records = [account.records.insert("companies", {"n": n}) for n in ("3.4722222222222223", "1732610821000")]
    (result,) = succeeded(account.night(lake, account.connector(), "companies"))
    assert [current(lake, "companies", "n")[each][3:] for each in records] == [
        (Decimal("3.4722222222222223"),), (Decimal("1732610821000"),),
    ]  # fmt: skip
    assert result.committed is not None and result.committed.rows_rejected == 0


def test_texts_become_numbers_days_and_times_and_a_cleared_value_is_null(account: Account, lake: Lake) -> None:
    kinds = {"n": "number", "b": "bool", "d": "date", "e": "date", "t": "datetime", "u": "datetime", "id": "string"}
    for name, kind in kinds.items():
        account.records.add_property("companies", name, kind)
    values = {
        "name": "", "n": "12345678901234567.25", "b": "true", "d": "2024-02-29", "e": "1709164800000",
        "t": "2024-02-29T10:00:00.125Z", "u": "1709200800125", "id": "a property called id",
    }  # fmt: skip
    record = account.records.insert("companies", values)
    broken = account.records.insert("companies", {"n": "many", "d": "soon"})
    succeeded(account.night(lake, account.connector(), "companies"))
    seen = current(lake, "companies", "name", "n", "b", "d", "e", "t", "u", "id__property", "id")
    moment = START.replace(month=2, day=29, hour=10, microsecond=125_000)
    assert seen[record] == (
        *LIVING, None, Decimal("12345678901234567.25"), True, moment.date(), moment.date(), moment, moment,
        "a property called id", record,
    )  # fmt: skip
    assert seen[broken][:6] == (*LIVING, None, None, None)
    rejected = lake.connection.execute("select _record_id, field, raw_value from lake.ingest.rejected_rows order by 2")
    assert rejected.fetchall() == [(broken, "d", "soon"), (broken, "n", "many")]
