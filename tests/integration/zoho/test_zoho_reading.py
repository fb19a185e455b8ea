"""How modules are read: by COQL, by lists, by bulk read, and what their fields become."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sources.lake import Lake
from tests.integration.zoho.organization import Organization, current, succeeded


def test_a_first_night_keeps_every_field_under_its_own_name_and_type(organization: Organization, lake: Lake) -> None:
    add = organization.records.insert
    parent = add("Accounts", {"Account_Name": "Mill Holding"})
    tags = '[{"name":"A","id":"1"},{"name":"B","id":"2"}]'
    values = {"Account_Name": "Mill", "Annual_Revenue": Decimal("1234567890123456.7891"), "Employees": 12, "Tag": tags}
    mill = add("Accounts", {**values, "Parent_Account": parent, "Description": "long\ntext"})
    succeeded(organization.night(lake, organization.connector(), "accounts"))
    columns = ("Account_Name", "Annual_Revenue", "Employees", "Parent_Account", "Tag", "Description", "Created_Time")
    seen = current(lake, "accounts", *columns)
    money, at = Decimal("1234567890123456.7891"), datetime(2024, 3, 4, 12)
    assert seen[mill] == ("upsert", None, None, "Mill", money, 12, parent, "A;B", "long\ntext", at)
    assert len(seen) == 2


def test_a_night_with_nothing_new_costs_at_most_three_requests_an_object(
    organization: Organization, lake: Lake
) -> None:
    organization.names(3)
    connector = organization.connector()
    tables = ("accounts", "leads", "quoted_items", "stage_history", "campaign_members")
    for _ in range(2):
        succeeded(organization.night(lake, connector, *tables))
        organization.pass_time(minutes=25)
    requests = organization.requests_of(lambda: succeeded(organization.night(lake, connector, *tables)))
    # beside them the modules, asked for once
    assert len(requests) <= 1 + 3 * len(tables), requests
    assert len([each for each in requests if "Accounts" in each]) == 3, requests


@pytest.mark.parametrize("bulk_above", [0, 10_000])
def test_case_24_a_whole_module_reads_the_same_by_bulk_and_by_queries(
    organization: Organization, lake: Lake, bulk_above: int
) -> None:
    """The CSV's header says Id, its file holds fewer records than the module, and lists are not in it."""
    organization.faults.bulk_rows, organization.faults.coql_rows, organization.faults.page_rows = 3, 3, 2
    values = {"Annual_Revenue": Decimal("0.10"), "Tag": '[{"name":"A","id":"1"}]', "Description": "d", "Phone": "007"}
    add = organization.records.insert
    ids = [add("Accounts", {"Account_Name": f'name "{n}", it is', **values}) for n in range(7)]
    connector = organization.connector(bulk_above_rows=bulk_above)
    succeeded(organization.night(lake, connector, "accounts"))
    seen = current(lake, "accounts", "Account_Name", "Annual_Revenue", "Tag", "Description", "Phone")
    assert seen == {
        record: ("upsert", None, None, f'name "{n}", it is', Decimal("0.1"), "A", "d", "007")
        for n, record in enumerate(ids)
    }
    assert any("/bulk/" in each for each in organization.seen) == (bulk_above == 0)
    (again,) = succeeded(organization.night(lake, organization.connector(bulk_above_rows=7), "accounts", full=True))
    assert again.committed is not None and again.committed.rows_appended == 0


@pytest.mark.parametrize("refused", ["Accounts", "Accounts.Phone"])
def test_what_bulk_read_does_not_take_is_read_by_queries(organization: Organization, lake: Lake, refused: str) -> None:
    """MODULE_NOT_SUPPORTED and FIELD_NOT_SUPPORTED."""
    organization.faults.not_in_bulk.add(refused)
    ids = organization.names(3)
    succeeded(organization.night(lake, organization.connector(bulk_above_rows=0), "accounts"))
    assert set(current(lake, "accounts")) == set(ids)


def test_a_bulk_job_that_fails_is_started_again_and_at_last_replaced_by_queries(
    organization: Organization, lake: Lake
) -> None:
    ids = organization.names(3)
    organization.faults.add("failed_job", "bulk_create", times=3)
    succeeded(organization.night(lake, organization.connector(bulk_above_rows=0), "accounts"))
    assert set(current(lake, "accounts")) == set(ids)
    assert sum(each.startswith("POST /crm/bulk") for each in organization.seen) == 3


def test_more_fields_than_a_request_takes_are_read_in_groups_and_put_together(
    organization: Organization, lake: Lake
) -> None:
    """A lead has 120 custom fields; COQL does not read leads, and a list takes 50 fields."""
    names = [f"Field_{number}" for number in range(120)]
    for name in names:
        organization.data.execute(f'alter table Leads add column "{name}" varchar')
    organization.simulator.state.refresh_schema()
    first, second = organization.records.insert_many(
        "Leads", [{"Last_Name": name} | {field: f"{name} {field}" for field in names} for name in ("Low", "Miller")]
    )
    changed: list[Any] = []

    def meanwhile(request: str) -> None:
        if "Field_60" in request and "ids=" not in request and not changed:
            changed.append(organization.pass_time(seconds=1))
            organization.records.update("Leads", first, {names[0]: "new", names[-1]: "new"})

    organization.meanwhile = meanwhile
    succeeded(organization.night(lake, organization.connector(), "leads"))
    seen = current(lake, "leads", names[0], names[-1])
    assert changed and seen[first][3:] == ("new", "new") and seen[second][3:] == ("Miller Field_0", "Miller Field_119")


def test_more_than_two_hundred_fields_come_by_two_bulk_jobs(organization: Organization, lake: Lake) -> None:
    columns = ", ".join(f"null::varchar as Field_{number}" for number in range(250))
    organization.data.execute(f"create or replace table Products as select *, {columns} from Products")
    organization.simulator.state.refresh_schema()
    wheel = organization.records.insert("Products", {"Product_Name": "Wheel", "Field_0": "a", "Field_249": "z"})
    succeeded(organization.night(lake, organization.connector(bulk_above_rows=0), "products"))
    assert current(lake, "products", "Field_0", "Field_249") == {wheel: ("upsert", None, None, "a", "z")}


def test_converted_leads_and_records_that_wait_for_approval_are_read(organization: Organization, lake: Lake) -> None:
    lead, other = organization.records.insert_many("Leads", [{"Last_Name": "Low"}, {"Last_Name": "High"}])
    account = organization.records.insert("Accounts", {"Account_Name": "waits", "_approved": False})
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "leads", "accounts"))
    assert set(current(lake, "accounts")) == {account}
    organization.pass_time(hours=1)
    organization.records.convert(lead, account=account, contact="5")
    for hours in (1, 24 * 7):
        organization.pass_time(hours=hours)
        succeeded(organization.night(lake, connector, "leads", "accounts"))
        seen = current(lake, "leads", "Converted__s", "Converted_Account")
        assert seen == {lead: ("upsert", None, None, True, account), other: ("upsert", None, None, None, None)}
    assert current(lake, "accounts")[account][0] == "upsert"


def test_a_custom_module_and_a_custom_field_are_read(organization: Organization, lake: Lake) -> None:
    organization.records.add_module("Site_Visits", {"Visited": "date", "Score": "integer"})
    visit = organization.records.insert("Site_Visits", {"Name": "v", "Score": 3})
    connector = organization.connector(extra_objects=["Site_Visits"])
    succeeded(organization.night(lake, connector, "site_visits"))
    assert current(lake, "site_visits", "Name", "Score") == {visit: ("upsert", None, None, "v", 3)}


def test_a_list_goes_on_while_records_move_in_it(organization: Organization, lake: Lake) -> None:
    """A page token is a position: the lead that is changed after the first page shifts those behind it."""
    organization.faults.page_rows = 3
    leads = []
    for number in range(9):
        organization.pass_time(seconds=1)
        leads.append(organization.records.insert("Leads", {"Last_Name": f"name {number}"}))
    pages: list[str] = []
    moved = leads[:2]

    def meanwhile(request: str) -> None:
        if "/Leads?" in request:
            pages.append(request)
            if len(pages) in (2, 3):
                organization.pass_time(seconds=1)
                organization.records.update("Leads", moved[len(pages) - 2], {"Last_Name": "moved"})

    connector = organization.connector()
    organization.pass_time(hours=1)
    succeeded(organization.night(lake, connector, "leads"))
    organization.pass_time(hours=1)
    for lead in leads:
        organization.records.update("Leads", lead, {"Last_Name": "changed"})
        organization.pass_time(seconds=1)
    organization.pass_time(hours=1)
    organization.meanwhile = meanwhile
    succeeded(organization.night(lake, connector, "leads"))
    seen = {record: state[3] for record, state in current(lake, "leads", "Last_Name").items()}
    assert len(pages) > 3
    assert {record: seen[record] for record in leads[2:]} == dict.fromkeys(leads[2:], "changed")
    assert {seen[record] for record in moved} <= {"changed", "moved"}


def test_users_the_organization_and_its_currencies_are_read_whole_each_night(
    organization: Organization, lake: Lake
) -> None:
    add = organization.records.insert
    ann = add("Users", {"full_name": "Ann", "email": "ann@acme.example", "status": "active"})
    bob = add("Users", {"full_name": "Bob", "status": "disabled", "Reporting_To": ann})
    org = add("Org", {"company_name": "Acme", "iso_code": "CHF"})
    franc = add("Currencies", {"iso_code": "CHF", "exchange_rate": "1.000000000", "is_base": True})
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "users", "org", "currencies"))
    assert current(lake, "users", "full_name", "status", "Reporting_To") == {
        ann: ("upsert", None, None, "Ann", "active", None),
        bob: ("upsert", None, None, "Bob", "disabled", ann),
    }
    assert current(lake, "org", "iso_code")[org][3] == "CHF"
    assert current(lake, "currencies", "exchange_rate", "is_base")[franc][3:] == (Decimal(1), True)
    organization.data.execute("delete from Currencies")
    organization.pass_time(days=1)
    (result,) = organization.night(lake, connector, "currencies")
    # no currency at all is an organization that switched them off, or an answer that went wrong
    assert result.error is not None and "shrink limit" in str(result.error)


def test_a_page_of_users_that_lacks_one_it_counts_is_asked_for_again(organization: Organization, lake: Lake) -> None:
    users = organization.records.insert_many("Users", [{"full_name": str(n), "status": "active"} for n in range(3)])
    connector, short = organization.connector(), iter([True])
    succeeded(organization.night(lake, connector, "users"))

    def without_last(request: str, document: Any) -> Any:
        if "/users?" in request and next(short, False):
            document["users"].pop()
        return document

    organization.rewrite(without_last)
    succeeded(organization.night(lake, connector, "users"))
    assert current(lake, "users") == dict.fromkeys(users, ("upsert", None, None))


def test_case_22_empty_answers_are_nothing_and_no_error(organization: Organization, lake: Lake) -> None:
    """204 of modules without records and 304 of lists without changes."""
    connector = organization.connector()
    tables = ("accounts", "leads", "invoiced_items", "stage_history", "campaign_members", "users", "org", "currencies")
    for _ in range(2):
        for result in succeeded(organization.night(lake, connector, *tables)):
            assert result.committed is not None
            assert result.committed.rows_read == 0
        organization.pass_time(hours=24)


def test_a_window_that_was_lost_is_read_again(organization: Organization, lake: Lake) -> None:
    connector = organization.connector()
    organization.names(1)
    succeeded(organization.night(lake, connector, "accounts"))
    late = organization.records.insert(
        "Accounts", {"Account_Name": "late"}, visible_at=organization.now + timedelta(minutes=6)
    )
    for _ in range(3):
        organization.pass_time(minutes=5)
        succeeded(organization.night(lake, connector, "accounts"))
    # case 2: committed six minutes after its stamp
    assert current(lake, "accounts", "Account_Name")[late] == ("upsert", None, None, "late")
