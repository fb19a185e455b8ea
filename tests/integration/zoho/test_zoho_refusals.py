"""What the organization refuses, and how the reading goes on or says what to do."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from sources.errors import ConfigError, TransientSourceError
from sources.lake import Lake
from sources.simulators.http import Response
from tests.integration.zoho.organization import Organization, current, succeeded


def test_case_6_a_token_that_ends_between_pages_is_renewed(organization: Organization, lake: Lake) -> None:
    organization.faults.coql_rows = 10
    ids = organization.names(30)
    organization.faults.add("invalid_token", "coql", after=1)
    succeeded(organization.night(lake, organization.connector(), "accounts"))
    assert set(current(lake, "accounts")) == set(ids)
    assert sum("oauth" in each for each in organization.seen) == 2


def test_case_19_a_throttled_request_waits_a_minute(organization: Organization, lake: Lake) -> None:
    """429 TOO_MANY_REQUESTS says no time to wait."""
    ids = organization.names(3)
    organization.faults.add("too_many_requests", "coql", times=2)
    succeeded(organization.night(lake, organization.connector(), "accounts"))
    assert set(current(lake, "accounts")) == set(ids)
    assert organization.pauses == [60.0, 60.0]


def test_the_eleventh_bulk_result_of_a_minute_waits_for_the_next(organization: Organization, lake: Lake) -> None:
    organization.faults.bulk_rows, organization.faults.downloads_a_minute = 1, 2
    ids = organization.names(4)
    succeeded(organization.night(lake, organization.connector(bulk_above_rows=0), "accounts"))
    assert set(current(lake, "accounts")) == set(ids)
    assert 60.0 in organization.pauses


@pytest.mark.parametrize("place", ["coql", "records", "deleted", "bulk_result"])
def test_case_21_an_answer_that_is_none_is_asked_for_again_also_where_it_comes_with_http_200(
    organization: Organization, lake: Lake, place: str
) -> None:
    organization.faults.page_rows = organization.faults.coql_rows = 2
    connector = organization.connector(bulk_above_rows=0 if place == "bulk_result" else 100)
    gone, *first = organization.names(4)
    succeeded(organization.night(lake, connector, "accounts"))
    kinds = ("unavailable", "maintenance", "dropped", "truncated_bytes", "internal_error_200")
    for kind in kinds:
        organization.faults.add(kind, place)
    organization.records.delete("Accounts", gone)
    ids = organization.names(3)
    organization.pass_time(days=7)
    succeeded(organization.night(lake, connector, "accounts"))
    seen = {record: state[0] for record, state in current(lake, "accounts").items()}
    assert seen == {gone: "delete"} | dict.fromkeys((*first, *ids), "upsert")
    assert len(organization.pauses) >= len(kinds)


def test_case_21_a_refusal_with_http_200_is_final_and_says_what_to_do(organization: Organization, lake: Lake) -> None:
    organization.names(2)
    organization.faults.add("no_permission_200", "records", times=None)
    (result,) = organization.night(lake, organization.connector(), "leads")
    assert "NO_PERMISSION" in str(result.error) and "View on the module" in str(result.error)
    assert "crm.Leads" in str(result.error) and lake.last_window("crm", "leads") is None


def test_a_page_that_lacks_a_record_it_counts_is_asked_for_again(organization: Organization, lake: Lake) -> None:
    leads = organization.records.insert_many("Leads", [{"Last_Name": str(number)} for number in range(3)])
    organization.faults.add("short_page", "records", times=2)
    succeeded(organization.night(lake, organization.connector(), "leads"))
    assert set(current(lake, "leads")) == set(leads)


def test_a_whole_read_of_fewer_records_than_are_counted_keeps_nothing(organization: Organization, lake: Lake) -> None:
    """Nothing is taken for deleted because it did not come."""
    organization.names(4)
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "accounts"))
    organization.pass_time(days=7)
    api = connector._api
    counted = api.count
    api.count = lambda module: (counted(module) or 0) + 1  # type: ignore[method-assign]
    (result,) = organization.night(lake, connector, "accounts")
    assert isinstance(result.error, TransientSourceError)
    assert "4 records of Accounts came where Zoho counts 5" in str(result.error)
    assert {state[0] for state in current(lake, "accounts").values()} == {"upsert"}


def test_case_23_pages_beyond_the_numbered_ones_are_reached_by_token(organization: Organization, lake: Lake) -> None:
    """DISCRETE_PAGINATION_LIMIT_EXCEEDED is the answer to the page after 2,000 records without one."""
    organization.faults.numbered_rows, organization.faults.page_rows = 4, 2
    leads = organization.records.insert_many("Leads", [{"Last_Name": str(number)} for number in range(11)])
    organization.faults.add("expired_page_token", "records", after=4)
    succeeded(organization.night(lake, organization.connector(), "leads"))
    assert set(current(lake, "leads")) == set(leads)
    assert any("page_token=" in each for each in organization.seen)
    assert not any("page=3" in each for each in organization.seen)


@pytest.mark.parametrize("is_empty", [True, False])
def test_case_20_a_list_that_promises_more_and_leads_nowhere_is_an_error(
    organization: Organization, lake: Lake, is_empty: bool
) -> None:
    """A page without records, or one whose page token is its own."""
    organization.faults.page_rows = 1
    organization.records.insert_many("Leads", [{"Last_Name": "Low"}, {"Last_Name": "High"}])
    asked: list[str] = []

    def endless(request: str, document: Any) -> Any:
        if "/Leads?" not in request or len(asked) == 30:
            return document
        asked.append(request)
        data, info = [] if is_empty else document["data"], document["info"]
        _, _, token = request.rstrip().partition("page_token=")
        token = token.partition("&")[0] or info["next_page_token"]
        return {"data": data, "info": info | {"more_records": True, "count": len(data), "next_page_token": token}}

    organization.rewrite(endless)
    (result,) = organization.night(lake, organization.connector(), "leads")
    assert "leads to none" in str(result.error) and len(asked) < 5


def test_case_20_bulk_jobs_that_promise_more_and_lead_nowhere_are_an_error(
    organization: Organization, lake: Lake
) -> None:
    organization.names(2)
    asked: list[str] = []

    def endless(request: str, document: Any) -> Any:
        result = document["data"][0].get("result") if "GET /crm/bulk/" in request else None
        if result and len(asked) < 30:
            asked.append(request)
            result |= {"more_records": True, "next_page_token": "2"}
        return document

    organization.rewrite(endless)
    (result,) = organization.night(lake, organization.connector(bulk_above_rows=0), "accounts")
    assert "leads to none" in str(result.error) and len(asked) < 5


def test_a_list_longer_than_page_tokens_reach_goes_on_from_the_last_change_time(
    organization: Organization, lake: Lake
) -> None:
    organization.faults.token_rows, organization.faults.numbered_rows, organization.faults.page_rows = 4, 4, 2
    leads = []
    for number in range(9):
        leads.append(organization.records.insert("Leads", {"Last_Name": str(number)}))
        organization.pass_time(seconds=number % 2)
    succeeded(organization.night(lake, organization.connector(), "leads"))
    assert set(current(lake, "leads")) == set(leads)


def test_a_field_that_coql_refuses_is_read_from_lists_instead(organization: Organization, lake: Lake) -> None:
    organization.faults.not_in_coql |= {"Accounts.Phone", "Accounts.Tag"}
    record = organization.records.insert("Accounts", {"Account_Name": "Mill", "Phone": "1"})
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "accounts"))
    organization.pass_time(hours=1)
    organization.records.update("Accounts", record, {"Phone": "2"})
    organization.pass_time(hours=1)
    succeeded(organization.night(lake, connector, "accounts"))
    assert current(lake, "accounts", "Account_Name", "Phone")[record][3:] == ("Mill", "2")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("client_secret", "wrong-secret-of-mine", "invalid_client_secret"),
        ("client_id", "1000.OTHERDATACENTRE", "each data centre has clients"),
        ("refresh_token", "1000.revoked", "invalid_code"),
    ],
)
def test_case_25_a_refused_sign_in_says_what_to_check_though_it_comes_with_http_200(
    organization: Organization, lake: Lake, option: str, value: str, words: str
) -> None:
    (result,) = organization.night(lake, organization.connector(**{option: value}), "accounts")
    assert words in str(result.error) and "Check" in str(result.error)
    assert "wrong-secret-of-mine" not in str(result.error) and "1000.revoked" not in str(result.error)


def test_too_many_tokens_are_waited_for(organization: Organization, lake: Lake) -> None:
    organization.faults.tokens_in_ten_minutes = 0
    organization.faults.add("too_many_tokens", "token", times=2)
    organization.faults.tokens_in_ten_minutes = 10
    succeeded(organization.night(lake, organization.connector(), "org"))
    assert organization.pauses == [60.0, 60.0]


def test_a_module_that_may_not_be_read_fails_alone_and_one_that_is_hidden_is_empty_or_missed(
    organization: Organization, lake: Lake
) -> None:
    organization.names(2)
    organization.faults.unreadable.add("Deals")
    organization.faults.hidden_modules |= {"Invoices", "Contacts"}
    tables = ("accounts", "deals", "invoices", "invoiced_items", "contacts")
    results = {each.table: each.error for each in organization.night(lake, organization.connector(), *tables)}
    assert [results[table] for table in ("accounts", "invoices", "invoiced_items")] == [None, None, None]
    assert "NO_PERMISSION" in str(results["deals"]) and "profile" in str(results["deals"])
    assert "no such module" in str(results["contacts"])


def test_a_module_that_is_there_later_is_read_whole_and_one_that_is_hidden_later_is_missed(
    organization: Organization, lake: Lake
) -> None:
    """What changed while a module was hidden must not be behind the cursor when it is there again."""
    tables = ("invoices", "invoiced_items", "leads")
    organization.faults.hidden_modules |= {"Invoices", "Leads"}
    invoice = organization.records.insert("Invoices", {"Subject": "i"})
    (line,) = organization.records.set_lines(invoice, "Invoiced_Items", [{"Quantity": 1}])
    lead = organization.records.insert("Leads", {"Last_Name": "Low"})
    connector = organization.connector(reconcile="never")
    succeeded(organization.night(lake, connector, *tables))
    organization.pass_time(days=1)
    organization.faults.hidden_modules.clear()
    succeeded(organization.night(lake, connector, *tables))
    assert set(current(lake, "invoices")) == {invoice} and set(current(lake, "leads")) == {lead}
    assert set(current(lake, "invoiced_items")) == {f"{invoice}|{line}"}
    organization.pass_time(days=1)
    organization.records.update("Invoices", invoice, {"Subject": "changed"})
    organization.faults.hidden_modules.add("Invoices")
    results = {each.table: each.error for each in organization.night(lake, connector, *tables)}
    assert results["leads"] is None
    assert all("no such module" in str(results[table]) for table in ("invoices", "invoiced_items"))
    organization.pass_time(days=1)
    organization.faults.hidden_modules.clear()
    succeeded(organization.night(lake, connector, *tables))
    assert current(lake, "invoices", "Subject")[invoice][3] == "changed"


def test_a_module_of_which_no_field_is_described_is_missed_and_keeps_its_values(
    organization: Organization, lake: Lake
) -> None:
    """The list of fields comes as 204 at times: its records would be committed with nothing but their ids."""
    (record,) = organization.names(1)
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "accounts"))
    organization.pass_time(days=8)
    organization.rewrite(lambda request, document: Response(204) if "settings/fields" in request else document)
    (result,) = organization.night(lake, connector, "accounts")
    assert "describes no field" in str(result.error)
    assert current(lake, "accounts", "Account_Name")[record][3] == "name 0"


def test_an_unknown_object_of_the_configuration_is_named(organization: Organization) -> None:
    for option, value in (("skip_objects", ["Nonsense"]), ("extra_objects", ["Accounts"])):
        with pytest.raises(ConfigError, match=value[0]):
            organization.connector(**{option: value})


def test_no_secret_is_in_any_log_error_ledger_or_name(
    organization: Organization, lake: Lake, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    organization.names(1)
    connector = organization.connector()
    organization.faults.add("unavailable", "coql", times=None)
    results: list[Any] = organization.night(lake, connector, "accounts")
    organization.faults.clear()
    succeeded(organization.night(lake, connector, "accounts"))
    token = connector._api.http._token  # planted by the sign-in
    ledger = lake.connection.execute("select error from lake.ingest.failures").fetchall()
    windows = lake.connection.execute("select * from lake.ingest.windows").fetchall()
    told = [repr(connector), repr(connector._api.http.redactor), repr(results), str(ledger), str(windows), caplog.text]
    assert token and results[0].error
    simulator = organization.simulator
    for secret in (simulator.client_secret, simulator.refresh_token, token):
        assert not [text for text in told if secret in text]
    urls = [each.split(" ")[1] for each in organization.seen]
    assert not [url for url in urls if simulator.client_secret in url or simulator.refresh_token in url]


def test_the_check_names_what_is_readable_hidden_and_missing(organization: Organization) -> None:
    organization.faults.unreadable.add("Deals")
    organization.faults.hidden_modules |= {"Invoices", "Contacts"}
    organization.faults.hidden_fields.add("Accounts.Industry")
    checks = {each.what: each for each in organization.connector().check()}
    assert checks["Accounts"].passed and "Industry" in checks["Accounts"].detail
    assert not checks["Deals"].passed and "NO_PERMISSION" in checks["Deals"].detail
    assert checks["Invoices"].passed and "empty" in checks["Invoices"].detail
    assert not checks["Contacts"].passed and checks["clock"].passed
    named = {each.what: each for each in organization.connector(extra_objects=["Site_Visitz"]).check()}
    assert not named["Site_Visitz"].passed, "a module that was asked for by name and is not there"
    (refused,) = organization.connector(client_secret="wrong").check()
    assert not refused.passed and "invalid_client_secret" in refused.detail
