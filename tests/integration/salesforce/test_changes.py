"""What happens to records and fields behind a cursor's back: late rows, merges, deletes, formulas, changed schemas.

The numbers are those of the list of cases that every connector must survive; each is a bug that lost rows in some.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sources.lake import Lake
from tests.integration.salesforce.org import BY_BULK, BY_REST, LOOKBACK, START, Org, current, names_of


@pytest.mark.parametrize("seconds_late", [3, 7 * 60])
def test_case_2_a_row_visible_late_with_an_older_stamp_comes_with_the_next_window(
    org: Org, lake: Lake, seconds_late: int
) -> None:
    connector = org.connector()
    org.night(lake, connector, "account")
    # stamped now; the window of the next run ends just behind its stamp and is read before it shows
    late = org.records.insert("Account", {"Name": "late"}, visible_at=org.now + timedelta(seconds=seconds_late))
    org.pass_time(seconds=min(seconds_late - 1, 6 * 60))
    org.night(lake, connector, "account")
    assert current(lake, "account") == {}
    org.pass_time(minutes=10)
    org.night(lake, connector, "account")
    assert current(lake, "account", "Name") == {late: ("upsert", None, None, "late")}
    assert timedelta(seconds=seconds_late) < LOOKBACK


def test_case_10_a_chain_of_merges_keeps_every_link(org: Org, lake: Lake) -> None:
    first, second, third = (org.records.insert("Contact", {"LastName": name}) for name in "ABC")
    connector = org.connector()
    org.pass_time(hours=1)
    org.night(lake, connector, "contact")
    org.records.merge("Contact", second, [first])
    org.pass_time(minutes=1)
    org.records.merge("Contact", third, [second])
    org.pass_time(hours=1)
    org.night(lake, connector, "contact")
    assert current(lake, "contact") == {
        first: ("delete", "merged", second),
        second: ("delete", "merged", third),
        third: ("upsert", None, None),
    }


def test_case_11_a_record_taken_out_of_the_bin_lives_again(org: Org, lake: Lake) -> None:
    record = org.records.insert("Account", {"Name": "Lazarus"})
    connector, states = org.connector(), []
    for act in (None, org.records.delete, org.records.undelete):
        org.pass_time(hours=1)
        if act:
            act("Account", record)
            org.pass_time(hours=1)
        org.night(lake, connector, "account")
        states.append(current(lake, "account")[record][:2])
    assert states == [("upsert", None), ("delete", "soft"), ("upsert", None)]


@pytest.mark.parametrize("again", [{"since": START}, {"full": True}], ids=str)
def test_reading_again_brings_nothing_twice_and_what_came_behind_the_cursor(
    org: Org, lake: Lake, again: dict[str, Any]
) -> None:
    kept, binned, purged = (org.records.insert("Account", {"Name": name}) for name in "ABC")
    late = org.records.insert("Account", {"Name": "late"}, visible_at=org.now + timedelta(days=1))
    connector = org.connector(reconcile="never")
    org.pass_time(hours=1)
    org.night(lake, connector, "account")
    org.records.delete("Account", binned)
    org.records.purge("Account", purged)
    org.pass_time(hours=1)
    org.night(lake, connector, "account")
    org.pass_time(days=2)
    org.night(lake, connector, "account")
    before = current(lake, "account", "Name")
    assert late not in before
    (result,) = org.night(lake, connector, "account", **again)
    assert result.committed and (result.committed.rows_appended, result.committed.rows_deleted) == (1, 0)
    assert current(lake, "account", "Name") == before | {late: ("upsert", None, None, "late")}
    assert [before[each][:2] for each in (kept, binned, purged)] == [
        ("upsert", None), ("delete", "soft"), ("delete", "purged")
    ]  # fmt: skip


def test_case_12_a_hard_delete_that_the_feed_no_longer_has_is_found_by_a_whole_read(org: Org, lake: Lake) -> None:
    gone, *kept = (org.records.insert("Account", {"Name": name}) for name in "abc")
    connector = org.connector(reconcile="never")
    org.pass_time(hours=1)
    org.night(lake, connector, "account")
    org.records.purge("Account", gone, logged=False)
    org.pass_time(days=20)
    org.night(lake, connector, "account")
    assert current(lake, "account")[gone][:2] == ("delete", "purged")
    assert {current(lake, "account")[record][0] for record in kept} == {"upsert"}


def test_what_the_delete_feed_did_not_cover_yet_comes_with_the_next_night(org: Org, lake: Lake) -> None:
    kept, gone = (org.records.insert("Account", {"Name": name}) for name in "ab")
    connector = org.connector()
    org.pass_time(hours=1)
    org.night(lake, connector, "account")
    # a long transaction is open: the feed covers nothing of the last half hour, and the window ends there
    org.faults.coverage_lag = timedelta(minutes=30)
    org.pass_time(minutes=40)
    org.records.purge("Account", gone)
    org.pass_time(minutes=20)
    (result,) = org.night(lake, connector, "account")
    assert result.committed is not None and result.committed.window.until == org.now - timedelta(minutes=30)
    assert {row[0] for row in current(lake, "account").values()} == {"upsert"}
    org.faults.coverage_lag = timedelta(0)
    seen = org.requests_of(lambda: org.night(lake, connector, "account"))
    assert sum("/deleted" in request for request in seen) == 1
    assert {record: row[:2] for record, row in current(lake, "account").items()} == {
        kept: ("upsert", None),
        gone: ("delete", "purged"),
    }


def test_case_13_a_formula_that_changed_without_a_stamp_comes_with_the_weekly_whole_read(org: Org, lake: Lake) -> None:
    record = org.records.insert("Account", {"Name": "a", "Days_Since_Activity__c": Decimal(1)})
    connector, seen = org.connector(), []
    for day in (0, 5, 6):
        org.now = START + timedelta(days=day, hours=1)
        org.records.update("Account", record, {"Days_Since_Activity__c": Decimal(day)}, touch=False)
        org.night(lake, connector, "account")
        seen.append(current(lake, "account", "Days_Since_Activity__c")[record][3])
    # START is a Monday; weeks of reconciliation begin on Sundays
    assert seen == [0, 0, 6]


def test_case_14_a_new_field_is_added_and_a_vanished_one_keeps_what_it_had(org: Org, lake: Lake) -> None:
    old = org.records.insert("Account", {"Name": "old", "Sic": "1234"})
    connector = org.connector()
    org.pass_time(hours=1)
    org.night(lake, connector, "account")
    org.records.add_field("Account", "Tier__c", "varchar")
    org.faults.hidden_fields.add("Account.Sic")
    new = org.records.insert("Account", {"Name": "new", "Tier__c": "gold"})
    org.pass_time(hours=1)
    (result,) = org.night(lake, connector, "account")
    assert result.error is None
    state = current(lake, "account", "Name", "Sic", "Tier__c")
    assert state[old][3:] == ("old", "1234", None)
    assert state[new][3:] == ("new", None, "gold")


@pytest.mark.parametrize("bulk_above", [BY_BULK, BY_REST])
def test_case_14_a_field_that_vanishes_between_describe_and_query_is_left_out(org: Org, bulk_above: int) -> None:
    names_of(org, 2)
    connector = org.connector(bulk_above_rows=bulk_above)
    org.extract(connector, "Contact")
    org.faults.hidden_fields.add("Account.Sic")
    extract = org.extract(connector, "Account")
    assert "Sic" not in {column.name for column in extract.columns}
    assert extract.source_count == 2
