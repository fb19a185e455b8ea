"""Deletes, restores, merges and purges, seen through the delete feed and queryAll."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

YESTERDAY, NOW = "2026-03-01T02:00:00+00:00", "2026-03-02T02:05:00+00:00"


def feed(client: Any, sobject: str, kind: str = "deleted", start: str = YESTERDAY, end: str = NOW) -> Any:
    return client.get(f"/sobjects/{sobject}/{kind}/", params={"start": start, "end": end})


def test_the_delete_feed_covers_soft_and_hard_deletes_but_not_restored_records(
    client: Any, org: Any, clock: Any
) -> None:
    soft, purged, restored, kept = org.records.insert_many("Account", ({"Name": name} for name in "abcd"))
    clock.pass_(seconds=90)
    for account in (soft, purged, restored):
        org.records.delete("Account", account)
    org.records.purge("Account", purged)
    org.records.undelete("Account", restored)
    clock.pass_(minutes=10)
    answer = feed(client, "Account").json()
    stamped = "2026-03-02T02:01:30.000+0000"
    assert answer["deletedRecords"] == [
        {"deletedDate": stamped, "id": soft},
        {"deletedDate": stamped, "id": purged},
    ]
    assert answer["latestDateCovered"] == "2026-03-02T02:05:00.000+0000"
    assert answer["earliestDateAvailable"] == "2026-02-15T02:11:00.000+0000"
    assert client.ids("SELECT Id FROM Account ORDER BY Id") == [restored, kept]
    assert client.ids("SELECT Id FROM Account ORDER BY Id", "queryAll") == [soft, restored, kept]


def test_a_purge_after_retention_leaves_no_trace(client: Any, org: Any) -> None:
    account = org.records.insert("Account", {"Name": "a"})
    org.records.purge("Account", account, logged=False)
    assert feed(client, "Account").json()["deletedRecords"] == []
    assert client.ids("SELECT Id FROM Account", "queryAll") == []


def test_a_restored_record_has_a_new_stamp(client: Any, org: Any, clock: Any) -> None:
    account = org.records.insert("Account", {"Name": "a"})
    org.records.delete("Account", account)
    clock.pass_(hours=1)
    org.records.undelete("Account", account)
    (record,) = client.query("SELECT IsDeleted, SystemModstamp FROM Account").json()["records"]
    assert (record["IsDeleted"], record["SystemModstamp"]) == (False, "2026-03-02T03:00:00.000+0000")


def test_a_merge_chain_keeps_each_survivor_and_moves_the_children(client: Any, org: Any, clock: Any) -> None:
    a, b, c = org.records.insert_many("Account", ({"Name": name} for name in "abc"))
    contact = org.records.insert("Contact", {"LastName": "Jones", "AccountId": a})
    clock.pass_(minutes=1)
    org.records.merge("Account", b, [a])
    clock.pass_(minutes=1)
    org.records.merge("Account", c, [b])
    merged = client.query(
        "SELECT Id, MasterRecordId FROM Account WHERE IsDeleted = true AND MasterRecordId != null", "queryAll"
    ).json()["records"]
    assert {record["Id"]: record["MasterRecordId"] for record in merged} == {a: b, b: c}
    (child,) = client.query("SELECT Id, AccountId, SystemModstamp FROM Contact").json()["records"]
    assert (child["Id"], child["AccountId"]) == (contact, c)
    assert child["SystemModstamp"] == "2026-03-02T02:02:00.000+0000"


def test_children_go_with_their_parent_and_appear_in_their_own_feed(client: Any, org: Any) -> None:
    order = org.records.insert("Order", {"OrderNumber": "1"})
    item = org.records.insert("OrderItem", {"OrderId": order})
    org.records.delete("Order", order)
    assert [entry["id"] for entry in feed(client, "OrderItem").json()["deletedRecords"]] == [item]


def test_get_updated_lists_living_records_of_the_window(client: Any, org: Any, clock: Any) -> None:
    kept, gone = org.records.insert_many("Account", [{"Name": "a"}, {"Name": "b"}])
    org.records.delete("Account", gone)
    clock.pass_(days=1)
    assert feed(client, "Account", "updated").json() == {
        "ids": [kept],
        "latestDateCovered": "2026-03-02T02:05:00.000+0000",
    }


def test_the_feed_never_covers_more_than_the_clock_allows(client: Any, faults: Any) -> None:
    faults.coverage_lag = timedelta(minutes=3)
    assert feed(client, "Account").json()["latestDateCovered"] == "2026-03-02T01:57:00.000+0000"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-02-10T00:00:00Z", NOW),
        (NOW, YESTERDAY),
        ("2026-03-02T01:00:10Z", "2026-03-02T01:00:50Z"),
        ("not a date", NOW),
    ],
    ids=["too old", "backwards", "within one minute", "no date"],
)
def test_a_window_the_log_cannot_answer_is_refused(client: Any, start: str, end: str) -> None:
    answer = feed(client, "Account", start=start, end=end)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_REPLICATION_DATE")


def test_get_updated_reaches_thirty_days(client: Any) -> None:
    assert feed(client, "Account", "updated", start="2026-02-10T00:00:00Z").status_code == 200
    assert feed(client, "Account", "updated", start="2026-01-10T00:00:00Z").status_code == 400


def test_too_many_ids_ask_for_a_narrower_window(client: Any, org: Any, faults: Any) -> None:
    faults.replication_ids = 1
    for account in org.records.insert_many("Account", [{"Name": "a"}, {"Name": "b"}]):
        org.records.delete("Account", account)
    assert feed(client, "Account").json()[0]["errorCode"] == "EXCEEDED_ID_LIMIT"


def test_currencies_are_not_replicable(client: Any) -> None:
    answer = feed(client, "CurrencyType")
    assert answer.status_code == 400 and "is not replicable" in answer.json()[0]["message"]


def test_a_log_entry_of_a_record_that_lives_again_is_not_told(client: Any, org: Any) -> None:
    account = org.records.insert("Account", {"Name": "a"})
    org.records.delete("Account", account)
    org.records.update("Account", account, {"IsDeleted": False})  # as in a state file whose log keeps the old delete
    assert feed(client, "Account").json()["deletedRecords"] == []
