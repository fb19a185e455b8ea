"""What a healthy org gives: types, both ways of reading, windows, deletes, and what that costs in requests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from sources.errors import SourceError
from sources.salesforce.objects import OBJECTS
from tests.integration.salesforce.org import LAG, START, Org, sobject

# below this every read goes by REST, at 0 by a bulk job
BY_BULK, BY_REST = 0, 10_000


@pytest.mark.parametrize("bulk_above", [BY_BULK, BY_REST])
def test_every_type_arrives_exactly_by_rest_and_by_bulk(org: Org, bulk_above: int) -> None:
    org.faults.whole_numbers_as_decimals = True
    values = {
        "Name": "Ünï & \"Co\", 'Ltd'",
        "AnnualRevenue": Decimal("123456789012345678"),
        "NumberOfEmployees": 5,
        "BillingLatitude": Decimal("-12.345678901234567"),
        "IsPersonAccount": True,
        "LastActivityDate": date(2024, 2, 29),
        "Customer_Segment__c": "Gold;Silver",
        "SystemModstamp": datetime(2024, 3, 4, 11, 22, 33),
    }
    first = org.records.insert("Account", values)
    second = org.records.insert("Account", {"Name": "Bare"})
    org.pass_time(hours=1)
    extract = org.extract(org.connector(bulk_above_rows=bulk_above), "Account")
    assert [tuple(values.values())] == org.rows(extract, *values)[:1]
    assert [row[0] for row in org.rows(extract, "Id")] == sorted([first, second])
    empty = org.rows(extract, "NumberOfEmployees", "Customer_Segment__c", "LastActivityDate", "PersonEmail")[1]
    assert empty == (None, None, None, None)
    assert (extract.source_count, extract.is_snapshot, extract.is_typed) == (2, True, False)


def test_rest_and_bulk_give_the_same_rows(org: Org) -> None:
    for number in range(30):
        org.records.insert("Contact", {"LastName": f"Name {number}", "Email": None if number % 3 else "a@b.example"})
        org.pass_time(seconds=number % 2)
    org.pass_time(hours=1)
    connectors = [org.connector(bulk_above_rows=way, bulk_page_rows=7) for way in (BY_BULK, BY_REST)]
    extracts = [org.extract(each, "Contact") for each in connectors]
    names = [column.name for column in extracts[0].columns]
    assert org.rows(extracts[0], *names) == org.rows(extracts[1], *names)
    assert extracts[0].source_count == extracts[1].source_count == 30
    assert org.simulator.org.bulk.jobs_created == 1


def test_every_declared_object_is_read_and_keeps_its_declared_types(org: Org) -> None:
    connector = org.connector()
    for obj in connector.objects():
        extract = org.extract(connector, obj.name)
        found = {column.name: column.type for column in extract.columns}
        assert {column.name: found.get(column.name) for column in obj.columns} == {
            column.name: column.type for column in obj.columns
        }, obj.name
        assert extract.source_count == 0
    assert {obj.name for obj in OBJECTS} == {obj.name for obj in connector.objects()}


def test_custom_fields_come_and_compound_ones_stay_out(org: Org) -> None:
    extract = org.extract(org.connector(), "Account")
    names = {column.name for column in extract.columns}
    assert "Customer_Segment__c" in names and "BillingStreet" in names
    assert "BillingAddress" not in names


def test_what_the_org_describes_is_what_a_read_brings(org: Org) -> None:
    connector = org.connector()
    assert connector.describe(sobject("Account")) == org.extract(connector, "Account").columns
    org.faults.hidden_fields.add("Account.Customer_Segment__c")
    assert "Customer_Segment__c" not in {column.name for column in connector.describe(sobject("Account"))}
    org.data.execute('drop table "Order"')
    org.simulator.state.refresh_schema()
    assert connector.describe(sobject("Order")) == ()


def test_a_window_is_half_open_and_holds_only_its_rows(org: Org) -> None:
    since, until = START, START + timedelta(hours=1)
    before, first, last, after = (
        org.records.insert("Account", {"Name": "x", "SystemModstamp": moment})
        for moment in (since - timedelta(seconds=1), since, until - timedelta(seconds=1), until)
    )
    org.pass_time(hours=2)
    extract = org.extract(org.connector(), "Account", since, until)
    assert [row[0] for row in org.rows(extract, "Id")] == [first, last]
    assert (extract.window.since, extract.window.until, extract.is_snapshot) == (since, until, False)
    assert {before, after}.isdisjoint({first, last})


def test_an_object_with_nothing_new_costs_two_requests_and_all_are_described_in_two(org: Org) -> None:
    connector = org.connector()
    connector.clock()
    since = START - timedelta(days=1)
    described = org.requests_of(lambda: org.extract(connector, "Account", since))
    # 25 of them to a request
    assert len(described) == 2 + 2
    assert len(org.requests_of(lambda: org.extract(connector, "Contact", since))) == 2
    assert len(org.requests_of(lambda: org.extract(connector, "User", since))) == 1


def test_a_new_run_describes_anew(org: Org) -> None:
    connector = org.connector()
    org.extract(connector, "Account")
    org.records.add_field("Account", "Tier__c", "varchar")
    connector.clock()
    names = {column.name for column in org.extract(connector, "Account").columns}
    assert "Tier__c" in names


def test_soft_deleted_archived_and_merged_rows_are_read_with_their_flags(org: Org) -> None:
    deleted, kept, loser = (org.records.insert("Account", {"Name": name}) for name in "abc")
    archived = org.records.insert("Task", {"Subject": "old call", "IsArchived": True})
    org.pass_time(minutes=1)
    org.records.delete("Account", deleted)
    org.records.merge("Account", kept, [loser])
    org.pass_time(hours=1)
    connector = org.connector()
    extract = org.extract(connector, "Account")
    assert org.rows(extract, "Id", "IsDeleted", "MasterRecordId") == sorted(
        [(deleted, True, None), (kept, False, None), (loser, True, kept)]
    )
    assert (extract.object.deleted_when, extract.object.merged_into) == ('"IsDeleted"', "MasterRecordId")
    assert [row[0] for row in org.rows(org.extract(connector, "Task"), "Id")] == [archived]


def test_a_hard_delete_is_purged_and_a_bin_delete_is_not(org: Org) -> None:
    gone, binned = (org.records.insert("Account", {"Name": name}) for name in "ab")
    org.pass_time(hours=1)
    org.records.delete("Account", binned)
    org.records.purge("Account", gone)
    org.pass_time(hours=1)
    extract = org.extract(org.connector(), "Account", START + timedelta(minutes=30))
    assert org.deletes(extract) == {(gone, "purged")}
    assert org.rows(extract, "Id", "IsDeleted") == [(binned, True)]


def test_a_delete_after_the_window_that_the_feed_already_names_is_no_purge(org: Org) -> None:
    record = org.records.insert("Account", {"Name": "a"})
    org.pass_time(hours=1)
    until = org.now + timedelta(seconds=10)
    org.pass_time(seconds=40)
    # the feed knows whole minutes only, so it names a delete that the window does not reach
    org.records.delete("Account", record)
    org.pass_time(hours=1)
    extract = org.extract(org.connector(), "Account", START + timedelta(minutes=30), until)
    assert org.deletes(extract) == set()
    assert org.rows(extract, "Id", "IsDeleted") == [(record, True)]


def test_a_delete_that_moves_no_cursor_is_found_through_the_feed(org: Org) -> None:
    parent = org.records.insert("Opportunity", {"Name": "deal"})
    history = org.records.insert("OpportunityHistory", {"OpportunityId": parent, "StageName": "Won"})
    org.pass_time(hours=1)
    org.records.delete("Opportunity", parent)
    org.pass_time(hours=1)
    extract = org.extract(org.connector(), "OpportunityHistory", START + timedelta(minutes=30))
    assert org.rows(extract, "Id", "IsDeleted") == [(history, True)]
    assert (extract.source_count, org.deletes(extract)) == (1, set())


def test_a_window_ends_where_the_delete_feed_does(org: Org) -> None:
    org.faults.coverage_lag = timedelta(minutes=30)
    early = org.records.insert("Account", {"Name": "early"})
    org.pass_time(minutes=45)
    org.records.insert("Account", {"Name": "late"})
    org.pass_time(minutes=15)
    extract = org.extract(org.connector(), "Account", START - timedelta(hours=1))
    assert extract.window.until == org.now - timedelta(minutes=30)
    assert [row[0] for row in org.rows(extract, "Id")] == [early]


def test_a_feed_with_too_many_ids_is_asked_for_in_halves(org: Org) -> None:
    gone = []
    for _ in range(8):
        gone.append(org.records.insert("Account", {"Name": "x"}))
        org.records.purge("Account", gone[-1])
        org.pass_time(minutes=10)
    org.faults.replication_ids = 3
    extract = org.extract(org.connector(), "Account", START - timedelta(hours=1))
    assert org.deletes(extract) == {(record, "purged") for record in gone}


def test_the_first_window_of_a_week_is_read_whole(org: Org) -> None:
    record = org.records.insert("Account", {"Name": "a"})
    connector = org.connector()
    saturday = datetime(2024, 3, 9, 23, 50)
    org.now = saturday + timedelta(minutes=15)
    # the lake asks from ten minutes before the last end: 23:50 on Saturday, so a week begins in between
    crossing = org.extract(connector, "Account", saturday - timedelta(minutes=10))
    assert (crossing.is_snapshot, org.rows(crossing, "Id")) == (True, [(record,)])
    assert crossing.window.since is None
    org.now += timedelta(hours=1)
    following = org.extract(connector, "Account", datetime(2024, 3, 10, 0, 0) - timedelta(minutes=10))
    assert (following.is_snapshot, org.rows(following, "Id")) == (False, [])
    never = org.extract(org.connector(reconcile="never"), "Account", saturday - timedelta(minutes=10))
    assert not never.is_snapshot


def test_rates_are_snapshots_and_absent_where_the_org_has_one_currency(org: Org) -> None:
    rate = {"IsoCode": "USD", "ConversionRate": Decimal("1.086500"), "StartDate": date(2024, 1, 1)}
    org.records.insert("DatedConversionRate", rate)
    extract = org.extract(org.connector(), "DatedConversionRate", START - timedelta(days=1))
    assert extract.is_snapshot
    assert org.rows(extract, "IsoCode", "ConversionRate") == [("USD", Decimal("1.086500"))]
    org.data.execute("drop table DatedConversionRate")
    org.simulator.state.refresh_schema()
    absent = org.extract(org.connector(), "DatedConversionRate")
    assert (absent.is_snapshot, absent.source_count) == (False, 0)
    assert org.rows(absent, "IsoCode") == []


def test_without_a_stamp_of_changes_an_object_is_read_whole_every_time(org: Org) -> None:
    record = org.records.insert("Account", {"Name": "old"})
    org.faults.hidden_fields |= {"Account.SystemModstamp", "Account.LastModifiedDate"}
    org.pass_time(days=1)
    since = org.now - LAG
    org.records.update("Account", record, {"Name": "new"})
    org.pass_time(hours=1)
    extract = org.extract(org.connector(reconcile="never"), "Account", since)
    assert extract.is_snapshot and org.rows(extract, "Name") == [("new",)]


def test_an_object_that_is_not_visible_fails_with_what_to_do(org: Org) -> None:
    org.data.execute("drop table Opportunity")
    org.simulator.state.refresh_schema()
    with pytest.raises(SourceError, match=r"acme\.Opportunity: .*may not see it.*skip_objects"):
        org.extract(org.connector(), "Opportunity")
    connector = org.connector(skip_objects=["Opportunity"])
    assert "Opportunity" not in {obj.name for obj in connector.objects()}
