"""What the environment refuses, and how the reading goes on or says what to do."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from sources.errors import SourceError
from sources.lake import Lake
from tests.integration.dynamics.environment import Environment, current, succeeded


def test_case_1_records_of_one_stamp_over_many_pages_all_arrive(environment: Environment, lake: Lake) -> None:
    environment.faults.page_rows = 100
    ids = environment.names(2_500)
    succeeded(environment.night(lake, environment.connector(), "account"))
    assert set(current(lake, "account")) == set(ids)


def test_case_15_a_table_too_wide_for_a_url_is_read_without_naming_its_columns(
    environment: Environment, lake: Lake
) -> None:
    names = [f"new_{'a_custom_column_with_a_name_as_long_as_any_' * 2}{number}" for number in range(310)]
    columns = ", ".join(f"null::varchar as {name}" for name in names)
    environment.data.execute(f"create or replace table account as select *, {columns} from account")
    environment.simulator.state.refresh_schema()
    (record,) = environment.names(1)
    last = names[-1]
    environment.records.update("account", record, {last: "at the end"})
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    environment.records.update("account", record, {"name": "changed"})
    succeeded(environment.night(lake, connector, "account"))
    assert current(lake, "account", "name", last) == {record: ("upsert", None, None, "changed", "at the end")}


def test_case_6_a_token_that_ends_between_pages_is_renewed(environment: Environment, lake: Lake) -> None:
    environment.faults.page_rows = 10
    ids = environment.names(30)
    environment.faults.add("unauthorized", "next", after=1)
    succeeded(environment.night(lake, environment.connector(), "account"))
    assert set(current(lake, "account")) == set(ids)
    assert sum("oauth2" in each for each in environment.seen) == 2


def test_case_19_a_throttled_request_waits_as_long_as_it_is_told(environment: Environment, lake: Lake) -> None:
    ids = environment.names(3)
    environment.faults.add("throttled", "records", times=2)
    succeeded(environment.night(lake, environment.connector(), "account"))
    assert set(current(lake, "account")) == set(ids)
    assert environment.pauses == [3.0, 3.0]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("no_delta_link", "neither a next link nor a delta link"), ("same_next_link", "leads back to one")],
)
def test_cases_18_and_20_a_reading_that_cannot_end_well_keeps_nothing_and_says_so(
    environment: Environment, lake: Lake, kind: str, words: str
) -> None:
    environment.faults.page_rows = 2
    environment.names(3)
    environment.faults.add(kind, times=None)
    (result,) = environment.night(lake, environment.connector(), "account")
    assert isinstance(result.error, SourceError) and words in str(result.error)
    assert "crm" in str(result.error) and "account" in str(result.error)
    assert current(lake, "account") == {} and lake.last_window("crm", "account") is None


@pytest.mark.parametrize(
    "kind", ["unavailable", "bad_gateway", "maintenance", "dropped", "truncated_bytes", "server_error"]
)
def test_an_answer_that_is_none_is_asked_for_again(environment: Environment, lake: Lake, kind: str) -> None:
    environment.faults.page_rows = 2
    ids = environment.names(5)
    environment.faults.add(kind, "next", times=2)
    succeeded(environment.night(lake, environment.connector(), "account"))
    assert set(current(lake, "account")) == set(ids)


@pytest.mark.parametrize("answer", [{}, [], None, {"value": None}])
def test_a_success_without_records_or_an_error_is_asked_for_again(
    environment: Environment, lake: Lake, answer: Any
) -> None:
    ids, answers = environment.names(2), iter([answer] * 2)
    environment.rewrite(lambda request, document: next(answers, document) if "/accounts?" in request else document)
    succeeded(environment.night(lake, environment.connector(), "account"))
    assert set(current(lake, "account")) == set(ids) and len(environment.pauses) == 2


def test_an_error_with_http_200_is_told_in_its_own_words(environment: Environment, lake: Lake) -> None:
    error = {"error": {"code": "0x80040265", "message": "A plug-in has failed."}}
    environment.rewrite(lambda request, document: error if "/accounts?" in request else document)
    (result,) = environment.night(lake, environment.connector(), "account")
    assert "crm.account: 0x80040265: A plug-in has failed." in str(result.error)


def test_a_table_that_may_not_be_read_fails_alone_and_says_which_role_is_missing(
    environment: Environment, lake: Lake
) -> None:
    environment.names(2)
    environment.faults.unreadable.add("contact")
    results = {each.table: each for each in environment.night(lake, environment.connector(), "account", "contact")}
    assert results["account"].error is None
    assert "prvReadContact" in str(results["contact"].error) and "security role" in str(results["contact"].error)


def test_a_table_of_an_app_that_is_not_installed_is_empty_and_a_core_one_is_missed(
    environment: Environment, lake: Lake
) -> None:
    for table in ("lead", "contact"):
        environment.data.execute(f"drop table {table}")
    environment.simulator.state.refresh_schema()
    results = {each.table: each for each in environment.night(lake, environment.connector(), "lead", "contact")}
    assert results["lead"].error is None
    assert "no such table" in str(results["contact"].error)


@pytest.mark.parametrize("is_tracked", [True, False])
def test_a_table_that_is_there_later_is_read_whole_and_one_that_is_hidden_later_is_missed(
    environment: Environment, lake: Lake, is_tracked: bool
) -> None:
    """What changed while a table was hidden must not be behind the cursor when it is there again."""
    state = environment.simulator.state
    if not is_tracked:
        environment.faults.tracked_off.add("lead")
    lead = environment.records.insert("lead", {"lastname": "Low"})
    connector = environment.connector(reconcile="never")
    table = state.schema.pop("lead")
    succeeded(environment.night(lake, connector, "lead"))
    environment.pass_time(days=1)
    state.schema["lead"] = table
    succeeded(environment.night(lake, connector, "lead"))
    assert set(current(lake, "lead")) == {lead}
    environment.records.update("lead", lead, {"lastname": "High"})
    del state.schema["lead"]
    environment.pass_time(days=1)
    (result,) = environment.night(lake, connector, "lead")
    assert "no such table" in str(result.error)
    state.schema["lead"] = table
    environment.pass_time(days=1)
    succeeded(environment.night(lake, connector, "lead"))
    assert current(lake, "lead", "lastname")[lead][3] == "High"


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("client_secret", "wrong-secret-of-mine", "AADSTS7000215"),
        ("client_id", "unknown", "AADSTS700016"),
        ("tenant_id", "other", "AADSTS90002"),
    ],
)
def test_a_refused_sign_in_says_what_to_check(
    environment: Environment, lake: Lake, option: str, value: str, words: str
) -> None:
    (result,) = environment.night(lake, environment.connector(**{option: value}), "account")
    assert words in str(result.error) and "Check" in str(result.error)
    assert "wrong-secret-of-mine" not in str(result.error)


def test_no_secret_is_in_any_log_error_ledger_or_name(
    environment: Environment, lake: Lake, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    environment.names(1)
    connector = environment.connector()
    environment.faults.add("unavailable", "records", times=None)
    results: list[Any] = environment.night(lake, connector, "account")
    environment.faults.clear()
    succeeded(environment.night(lake, connector, "account"))
    token = connector._api.http._token  # planted by the sign-in
    ledger = lake.connection.execute("select error from lake.ingest.failures").fetchall()
    windows = lake.connection.execute("select * from lake.ingest.windows").fetchall()
    told = [repr(connector), repr(connector._api.http.redactor), repr(results), str(ledger), str(windows), caplog.text]
    assert token and results[0].error
    for secret in (environment.simulator.client_secret, token):
        assert not [text for text in told if secret in text]
    assert not [each for each in environment.seen if environment.simulator.client_secret in each]


def test_the_check_names_every_table_and_whether_it_is_tracked(environment: Environment) -> None:
    environment.faults.tracked_off.add("contact")
    environment.faults.unreadable.add("lead")
    checks = {each.what: each for each in environment.connector().check()}
    assert checks["sign-in"].passed and checks["limits"].detail == "5999 requests left in these five minutes"
    assert checks["clock"].passed and "windows follow the environment's clock" in checks["clock"].detail
    assert checks["account"].passed and "changes are tracked" in checks["account"].detail
    assert checks["contact"].passed and "no change tracking" in checks["contact"].detail
    assert not checks["lead"].passed and "prvReadLead" in checks["lead"].detail
