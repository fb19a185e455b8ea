"""What the account refuses, and how the reading goes on or says what to do."""

from __future__ import annotations

import logging
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from sources.errors import ConfigError, QuotaExhausted
from sources.lake import Lake
from tests.integration.hubspot.account import START, Account, current, succeeded

LIVING = ("upsert", None, None)
LATER = START + timedelta(hours=23)


def _night_of_changes(account: Account, lake: Lake, connector: Any, kind: str = "companies") -> None:
    """Read a first night, so that the next one searches."""
    account.named(1, kind)
    succeeded(account.night(lake, connector, kind))
    account.pass_time(hours=24)


def test_case_1_records_of_one_stamp_over_many_pages_of_the_list_all_arrive(account: Account, lake: Lake) -> None:
    ids = account.named(2_500)
    succeeded(account.night(lake, account.connector(), "companies"))
    assert set(current(lake, "companies")) == set(ids)


@pytest.mark.parametrize("as_text", [False, True])
def test_cases_1_and_26_more_records_of_one_millisecond_than_the_search_shows_all_arrive(
    account: Account, lake: Lake, as_text: bool
) -> None:
    account.faults.ids_compare_as_text = as_text
    connector = account.connector()
    _night_of_changes(account, lake, connector)
    rows = [{"name": f"bulk {number}"} for number in range(10_050)]
    # within one millisecond, yet not at one time
    ids = account.records.insert_many("companies", rows, at=LATER + timedelta(microseconds=250))
    ids += account.records.insert_many("companies", [{"name": "after"}] * 250, at=LATER + timedelta(milliseconds=1))
    succeeded(account.night(lake, connector, "companies"))
    assert set(ids) <= set(current(lake, "companies"))


def test_records_that_change_while_the_search_is_read_push_no_other_over_a_page(account: Account, lake: Lake) -> None:
    account.faults.search_rows = 5
    connector = account.connector()
    _night_of_changes(account, lake, connector)
    ids = [
        account.records.insert_many("companies", [{"name": f"n {n}"}], at=LATER + timedelta(seconds=n))[0]
        for n in range(40)
    ]
    waiting = ids.copy()

    def touch_the_first(request: str) -> None:
        if "search" in request and waiting:
            account.records.update("companies", waiting.pop(0), {"name": "touched"})

    account.meanwhile = touch_the_first
    succeeded(account.night(lake, connector, "companies"))
    account.meanwhile = lambda request: None
    account.pass_time(hours=24)
    succeeded(account.night(lake, connector, "companies"))
    assert set(ids) <= set(current(lake, "companies"))


@pytest.mark.parametrize("kind", ["empty_page", "short_page"])
@pytest.mark.parametrize("endpoint", ["list", "search"])
def test_case_27_a_page_that_is_empty_or_short_and_has_a_next_one_is_not_the_last(
    account: Account, lake: Lake, kind: str, endpoint: str
) -> None:
    connector = account.connector()
    _night_of_changes(account, lake, connector)
    account.records.insert_many("companies", [{"name": "x"}] * 3, at=LATER)
    ids = account.records.insert_many("companies", [{"name": "x"}] * 3, at=LATER + timedelta(seconds=1))
    account.faults.add(kind, endpoint, times=2)
    succeeded(account.night(lake, connector, "companies", full=endpoint == "list"))
    seen = current(lake, "companies")
    assert len(seen) == 7 and set(ids) <= set(seen)


def test_case_15_an_object_too_wide_for_a_url_is_read_by_id(account: Account, lake: Lake) -> None:
    names = [f"{'a_custom_property_with_a_name_as_long_as_any_' * 2}{number}" for number in range(190)]
    columns = ", ".join(f"null::varchar as {name}" for name in names)
    account.data.execute(f"create or replace table companies as select *, {columns} from companies")
    account.simulator.state.refresh_schema()
    record, gone = account.named(2)
    account.records.update("companies", record, {names[-1]: "at the end"})
    account.records.archive("companies", gone)
    connector = account.connector()
    succeeded(account.night(lake, connector, "companies"))
    assert current(lake, "companies", names[-1])[record] == (*LIVING, "at the end")
    assert current(lake, "companies")[gone] == ("delete", "soft", None)
    account.pass_time(hours=24)
    account.records.update("companies", record, {names[-1]: "changed"})
    account.pass_time(minutes=10)
    succeeded(account.night(lake, connector, "companies"))
    assert current(lake, "companies", names[-1])[record] == (*LIVING, "changed")


def test_case_6_a_token_that_ends_between_pages_is_renewed(account: Account, lake: Lake) -> None:
    account.faults.page_rows = 10
    ids = account.named(30)
    account.faults.add("expired", "list", after=1)
    succeeded(account.night(lake, account.connector(auth="oauth"), "companies"))
    assert set(current(lake, "companies")) == set(ids)
    assert sum("oauth" in each for each in account.seen) == 2


def test_a_refresh_token_that_rotates_is_followed_and_told(
    account: Account, lake: Lake, caplog: pytest.LogCaptureFixture
) -> None:
    account.faults.rotates_refresh_token, account.faults.token_requests = True, 2
    ids = account.named(3)
    succeeded(account.night(lake, account.connector(auth="oauth"), "companies"))
    assert set(current(lake, "companies")) == set(ids)
    assert "another refresh token" in caplog.text and "rotated-refresh-token" not in caplog.text


@pytest.mark.parametrize(
    ("kind", "pauses"),
    [("rolling", [10.0, 10.0]), ("secondly", [1.0, 1.0]), ("locked", [2.0, 2.0]), ("migrating", [7.0, 7.0])],
)
def test_case_19_a_limit_of_seconds_a_lock_and_a_migration_are_waited_for(
    account: Account, lake: Lake, kind: str, pauses: list[float]
) -> None:
    ids = account.named(3)
    account.faults.add(kind, "list", times=2)
    succeeded(account.night(lake, account.connector(), "companies"))
    assert set(current(lake, "companies")) == set(ids) and account.pauses == pauses


def test_case_32_the_end_of_the_days_requests_stops_the_run_and_keeps_what_there_is(
    account: Account, lake: Lake
) -> None:
    account.named(3)
    account.named(2, "contacts")
    connector = account.connector()
    account.faults.add("daily", "properties", after=1, times=None)
    tables = ("companies", "contacts", "deals")
    first, *others = account.night(lake, connector, *tables)
    assert first.error is None and len(current(lake, "companies")) == 3
    assert all(isinstance(each.error, QuotaExhausted) and "midnight" in str(each.error) for each in others)
    # nothing is asked once the day's requests are known to be used up
    assert sum("v3/properties" in each for each in account.seen) == 2
    account.faults.clear()
    succeeded(account.night(lake, connector, *tables))
    assert len(current(lake, "contacts")) == 2


def test_searches_keep_to_the_limit_that_no_header_tells(
    account: Account, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the account's clock, which only the connector's pauses move, is the only one
    monkeypatch.setattr("sources.hubspot.api.time", SimpleNamespace(monotonic=lambda: account.now.timestamp()))
    account.faults.searches_per_second, account.faults.search_rows = 5, 5
    connector = account.connector()
    _night_of_changes(account, lake, connector)
    for second in range(60):
        account.records.insert_many("companies", [{"name": "x"}], at=LATER + timedelta(seconds=second))
    succeeded(account.night(lake, connector, "companies"))
    assert len(current(lake, "companies")) == 61
    assert account.pauses and max(account.pauses) < 0.26


@pytest.mark.parametrize(
    "kind", ["unavailable", "bad_gateway", "maintenance", "dropped", "truncated_bytes", "server_error", "edge_524"]
)
@pytest.mark.parametrize("endpoint", ["list", "search"])
def test_an_answer_that_is_none_is_asked_for_again(account: Account, lake: Lake, kind: str, endpoint: str) -> None:
    connector = account.connector()
    _night_of_changes(account, lake, connector)
    ids = account.records.insert_many("companies", [{"name": "x"}] * 3, at=LATER)
    account.faults.add(kind, endpoint, times=2)
    succeeded(account.night(lake, connector, "companies"))
    assert set(ids) <= set(current(lake, "companies"))


def test_case_31_a_batch_answered_in_part_is_asked_again(account: Account, lake: Lake) -> None:
    deals = [account.records.insert("deals", {"dealstage": "first"}) for _ in range(3)]
    account.faults.add("partial", "batch", times=1)
    succeeded(account.night(lake, account.connector(), "deals", "deal_stage_history"))
    assert {key.split("|")[0] for key in current(lake, "deal_stage_history")} == set(deals)


def test_an_object_without_its_scope_fails_alone_and_names_the_scope(account: Account, lake: Lake) -> None:
    account.named(2)
    account.faults.unreadable.add("contacts")
    results = {each.table: each for each in account.night(lake, account.connector(), "companies", "contacts")}
    assert results["companies"].error is None
    assert "crm.objects.contacts.read" in str(results["contacts"].error)
    assert "skip_objects" in str(results["contacts"].error)


def test_an_app_without_the_scope_of_owners_reads_all_the_rest(account: Account, lake: Lake) -> None:
    ids = account.named(2)
    account.faults.unreadable.add("owners")
    connector = account.connector(skip_objects=["owners"])
    succeeded(account.night(lake, connector, "companies"))
    assert set(current(lake, "companies")) == set(ids)
    assert all(each.passed for each in connector.check()[:2])


def test_an_object_of_a_hub_that_is_not_there_is_empty_and_a_core_one_is_missed(account: Account, lake: Lake) -> None:
    for table in ("leads", "contacts"):
        account.data.execute(f"drop table {table}")
    account.simulator.state.refresh_schema()
    results = {each.table: each for each in account.night(lake, account.connector(), "leads", "contacts")}
    assert results["leads"].error is None
    assert "no such object" in str(results["contacts"].error)


@pytest.mark.parametrize("name", ["p1234_machines", "p1234_Machines"])
def test_a_custom_object_is_read_by_its_qualified_name(account: Account, lake: Lake, name: str) -> None:
    columns = "_id varchar, _created_at timestamp, _updated_at timestamp, _archived boolean, _archived_at timestamp"
    account.data.execute(f"create table {name} ({columns}, serial varchar)")
    account.simulator.state.refresh_schema()
    record = account.records.insert(name, {"serial": "A1"})
    connector = account.connector(extra_objects=[name])
    succeeded(account.night(lake, connector, "p1234_machines"))
    assert current(lake, "p1234_machines", "serial") == {record: (*LIVING, "A1")}
    for twice in (["deals"], ["Deals"], [name, name.lower()]):
        with pytest.raises(ConfigError, match="is read anyway"):
            account.connector(extra_objects=twice)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"private_app_token": "pat-wrong-secret-of-mine"}, "INVALID_AUTHENTICATION"),
        ({"auth": "oauth", "refresh_token": "wrong-secret-of-mine"}, "BAD_REFRESH_TOKEN"),
        ({"auth": "oauth", "client_secret": "wrong-secret-of-mine"}, "BAD_CLIENT_ID"),
    ],
)
def test_a_refused_sign_in_says_what_to_check(
    account: Account, lake: Lake, options: dict[str, str], words: str
) -> None:
    (result,) = account.night(lake, account.connector(**options), "companies")
    assert words in str(result.error)
    assert any(word in str(result.error) for word in ("Check", "Authorize"))
    assert "wrong-secret-of-mine" not in str(result.error)


@pytest.mark.parametrize("auth", ["private_app", "oauth"])
def test_no_secret_is_in_any_log_error_ledger_or_name(
    account: Account, lake: Lake, caplog: pytest.LogCaptureFixture, auth: str
) -> None:
    caplog.set_level(logging.DEBUG)
    account.faults.rotates_refresh_token = True
    account.named(1)
    connector = account.connector(auth=auth)
    account.faults.add("unavailable", "list", times=None)
    results: list[Any] = account.night(lake, connector, "companies")
    account.faults.clear()
    succeeded(account.night(lake, connector, "companies"))
    token = connector._api.http._token  # planted by the sign-in
    ledger = lake.connection.execute("select error from lake.ingest.failures").fetchall()
    windows = lake.connection.execute("select * from lake.ingest.windows").fetchall()
    told = [repr(connector), repr(connector._api.http.redactor), repr(results), str(ledger), str(windows), caplog.text]
    assert token and results[0].error
    simulator = account.simulator
    secrets = {token, simulator.client_secret, simulator.refresh_token, simulator.tokens.refresh_token}
    for secret in secrets:
        assert not [text for text in told if secret in text]
        assert not [each for each in account.seen if secret in each]


def test_the_check_names_requests_left_and_every_object(account: Account) -> None:
    account.faults.unreadable |= {"leads", "currencies"}
    checks = {each.what: each for each in account.connector().check()}
    assert checks["requests left today"].detail == "249,000"
    assert checks["contacts"].passed and "lastmodifieddate" in checks["contacts"].detail
    assert not checks["leads"].passed and "crm.objects.leads.read" in checks["leads"].detail
    assert not checks["exchange_rates"].passed and checks["owners"].passed and checks["deal_stages"].passed
    assert "hidden: hs_" not in checks["companies"].detail
