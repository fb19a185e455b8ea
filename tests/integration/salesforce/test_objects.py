"""Which objects are read: those that every org has, those of features, and those that only this org has."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sources.errors import ConfigError, QuotaExhausted
from sources.lake import Lake
from sources.salesforce.objects import OBJECTS, REQUIRED
from tests.integration.salesforce.org import START, Org, current

_CUSTOM = (
    '"Id" varchar, "Name" varchar, "Amount__c" decimal(18,2), "IsDeleted" boolean, "CreatedDate" timestamp,'
    ' "LastModifiedDate" timestamp, "SystemModstamp" timestamp'
)


def drop(org: Org, *names: str) -> None:
    """Take objects away, as a missing feature or permission does."""
    for name in names:
        org.data.execute(f'drop table "{name}"')
    org.simulator.state.refresh_schema()


def test_a_night_with_nothing_new_costs_two_requests_an_object_at_most(org: Org, lake: Lake) -> None:
    connector = org.connector()
    tables = [obj.table for obj in OBJECTS]
    org.night(lake, connector, *tables)
    org.pass_time(hours=1)
    seen = org.requests_of(lambda: org.night(lake, connector, *tables))
    has = {name: "deleted" for name, each in org.simulator.state.schema.items() if each.replicateable}
    fed = [obj for obj in OBJECTS if obj.name in has and obj.deleted_when]
    present = [obj for obj in OBJECTS if obj.name in org.simulator.state.schema]
    # the org's time, two batches of describe, a query for each object there is, and the delete feeds
    assert len(seen) == 1 + 2 + len(present) + len(fed)
    assert sum("composite/batch" in request for request in seen) == 2
    assert max(sum(f"/{obj.name}/deleted" in request for request in seen) for obj in fed) == 1


def test_what_an_org_lacks_is_empty_and_comes_whole_once_it_is_there(org: Org, lake: Lake) -> None:
    held = org.data.execute("select * from Contract limit 0").to_arrow_table()
    drop(org, "Contract")
    connector = org.connector()
    assert [each.error for each in org.night(lake, connector, "contract", "quote")] == [None, None]
    assert current(lake, "contract") == current(lake, "quote") == {}
    org.data.register("held", held)
    org.data.execute("create table Contract as from held")
    org.simulator.state.refresh_schema()
    # written long before the window that follows the empty one
    old = org.records.insert("Contract", {"Status": "Activated", "SystemModstamp": START - timedelta(days=90)})
    org.pass_time(hours=1)
    org.night(lake, connector, "contract")
    assert current(lake, "contract", "Status") == {old: ("upsert", None, None, "Activated")}


def test_an_object_that_was_read_and_is_hidden_now_fails_instead_of_looking_empty(org: Org, lake: Lake) -> None:
    record = org.records.insert("Contract", {"Status": "Activated"})
    connector = org.connector()
    org.pass_time(hours=1)
    org.night(lake, connector, "contract")
    drop(org, "Contract")
    org.pass_time(days=8)
    (result,) = org.night(lake, connector, "contract")
    assert "acme.Contract: the org has no such object, or the integration user may not see it" in str(result.error)
    assert current(lake, "contract")[record][0] == "upsert"


def test_objects_that_every_org_has_are_never_taken_for_empty(org: Org, lake: Lake) -> None:
    drop(org, *REQUIRED)
    results = org.night(lake, org.connector(), *(obj.table for obj in OBJECTS))
    assert {each.object_name for each in results if each.error} == REQUIRED


def test_a_member_taken_out_of_a_group_is_deleted_by_its_absence(org: Org, lake: Lake) -> None:
    stays, goes = (org.records.insert("GroupMember", {"GroupId": "00G", "UserOrGroupId": who}) for who in "ab")
    connector = org.connector()
    org.pass_time(hours=1)
    org.night(lake, connector, "group_member")
    org.records.purge("GroupMember", goes, logged=False)
    org.pass_time(hours=1)
    org.night(lake, connector, "group_member")
    assert {key: row[0] for key, row in current(lake, "group_member").items()} == {stays: "upsert", goes: "delete"}


def test_members_that_left_in_great_number_are_gone_once_the_configuration_believes_it(org: Org, lake: Lake) -> None:
    stays, *leave = (org.records.insert("GroupMember", {"GroupId": "00G", "UserOrGroupId": who}) for who in "abc")
    org.pass_time(hours=1)
    org.night(lake, org.connector(), "group_member")
    for each in leave:
        org.records.purge("GroupMember", each, logged=False)
    org.pass_time(hours=1)
    (refused,) = org.night(lake, org.connector(), "group_member")
    assert "shrink_limit" in str(refused.error)
    org.night(lake, org.connector(shrink_limit=0.9), "group_member")
    assert [key for key, row in current(lake, "group_member").items() if row[0] == "upsert"] == [stays]


def test_the_bodies_of_emails_stay_in_the_org(org: Org) -> None:
    org.records.insert("EmailMessage", {"Subject": "hello", "TextBody": "long", "HtmlBody": "longer", "Incoming": True})
    extract = org.extract(org.connector(), "EmailMessage")
    assert org.rows(extract, "Subject", "Incoming") == [("hello", True)]
    assert {"TextBody", "HtmlBody", "Headers"}.isdisjoint(column.name for column in extract.columns)
    assert not [request for request in org.seen if "TextBody" in request]


def test_custom_objects_are_read_by_name_with_all_their_fields(org: Org, lake: Lake) -> None:
    org.data.execute(f"create table Invoice__c ({_CUSTOM})")
    org.simulator.state.refresh_schema()
    kept, gone = (org.records.insert("Invoice__c", {"Name": name, "Amount__c": 12}) for name in "ab")
    connector = org.connector(extra_objects=["Invoice__c"])
    org.pass_time(hours=1)
    org.night(lake, connector, "invoice__c")
    org.records.delete("Invoice__c", gone)
    org.pass_time(hours=1)
    org.night(lake, connector, "invoice__c")
    assert current(lake, "invoice__c", "Name", "Amount__c") == {
        kept: ("upsert", None, None, "a", 12),
        gone: ("delete", "soft", None, "b", 12),
    }


def test_check_names_the_custom_objects_that_are_not_read(org: Org) -> None:
    for name in ("Invoice__c", "Project__c"):
        org.data.execute(f"create table {name} ({_CUSTOM})")
    org.simulator.state.refresh_schema()
    (found,) = [each for each in org.connector(extra_objects=["Project__c"]).check() if each.what == "custom objects"]
    assert found.passed and found.detail == "not read: Invoice__c; name those wanted in extra_objects"


def test_an_extra_object_that_the_org_lacks_fails(org: Org, lake: Lake) -> None:
    connector = org.connector(extra_objects=["Invoice__c"])
    (result,) = org.night(lake, connector, "invoice__c")
    assert "acme.Invoice__c: the org has no such object" in str(result.error)
    assert not next(each for each in connector.check() if each.what == "Invoice__c").passed


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["account"], "'Account' is read anyway"),
        (["Invoice__c", "invoice__C"], "'Invoice__c' is read anyway"),
        (["Invoice__c WHERE"], "is no API name"),
    ],
)
def test_extra_objects_must_be_names_of_others(org: Org, names: list[str], why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        org.connector(extra_objects=names)


def test_case_7_after_the_limit_of_the_day_no_further_request_is_sent_and_the_next_run_goes_on(
    org: Org, lake: Lake
) -> None:
    names = [obj.table for obj in OBJECTS]
    org.records.insert("Account", {"Name": "a"})
    org.pass_time(hours=1)
    org.faults.add("total_limit", "query", after=1, times=None)
    connector = org.connector()
    account, *others = org.night(lake, connector, *names)
    # the org's time and its token, two batches of describe, and the query that was refused
    assert account.error is None and len(org.seen) == 6
    assert {type(each.error) for each in others if each.error} == {QuotaExhausted}
    org.faults.clear()
    assert [each.error for each in org.night(lake, connector, *names)] == [None] * len(names)
