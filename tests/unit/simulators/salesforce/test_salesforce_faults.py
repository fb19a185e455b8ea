"""Faults on request: each spoils exactly the requests it names, the way real clients have met it."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from sources.simulators.salesforce import Fault, Faults


def test_a_session_can_end_between_two_pages(client: Any, org: Any, faults: Any, rows: Any) -> None:
    ids = org.records.insert_many("Contact", ({"LastName": "x"} for _ in range(3)))
    job = client.finished_job("SELECT Id FROM Contact")
    faults.add("session_expired", "job_results", after=1)
    first = client.results(job, maxRecords=1)
    locator = first.headers["Sforce-Locator"]
    refused = client.results(job, maxRecords=2, locator=locator)
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")
    assert client.get("/limits").status_code == 401
    client.login()
    second = client.results(job, maxRecords=2, locator=locator)
    assert [row["Id"] for row in rows(first) + rows(second)] == ids


@pytest.mark.parametrize(("kind", "length"), [("truncated_rows", 5), ("truncated_bytes", None)])
def test_a_truncated_page_keeps_its_count_header(
    client: Any, org: Any, faults: Any, rows: Any, kind: str, length: int | None
) -> None:
    org.records.insert_many("Contact", ({"LastName": "x"} for _ in range(10)))
    job = client.finished_job("SELECT Id FROM Contact")
    whole = client.results(job)
    faults.add(kind, "job_results")
    cut = client.results(job)
    assert (cut.status_code, cut.headers["Sforce-NumberOfRecords"]) == (200, "10")
    assert whole.content.startswith(cut.content) and len(cut.content) < len(whole.content)
    assert length is None or len(rows(cut)) == length
    assert client.results(job).content == whole.content


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_connection_can_break_in_the_middle_of_a_body(client: Any, org: Any, faults: Any, encoding: str) -> None:
    org.records.insert_many("Contact", ({"LastName": "x"} for _ in range(500)))
    job = client.finished_job("SELECT Id FROM Contact")
    client.http.headers["Accept-Encoding"] = encoding
    faults.add("dropped", "job_results")
    with pytest.raises(httpx.RemoteProtocolError):
        client.results(job)
    assert client.results(job).status_code == 200


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("total_limit", 403, "TotalRequests Limit exceeded."),
        ("concurrent_limit", 403, "ConcurrentRequests (Concurrent API Requests) Limit exceeded."),
        ("server_error", 500, "UNKNOWN_EXCEPTION"),
        ("unavailable", 503, "SERVER_UNAVAILABLE"),
        ("query_timeout", 400, "QUERY_TIMEOUT"),
        ("bad_locator", 400, "INVALID_QUERY_LOCATOR"),
        ("api_disabled", 403, "API_DISABLED_FOR_ORG"),
    ],
)
def test_a_burst_of_errors_ends_after_the_times_it_names(
    client: Any, faults: Any, kind: str, status: int, words: str
) -> None:
    faults.add(kind, "query", times=2)
    answers = [client.query("SELECT Id FROM Account") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert words in answers[0].text


def test_a_maintenance_page_is_html_with_status_200(client: Any, faults: Any) -> None:
    faults.add("maintenance", "limits")
    answer = client.get("/limits")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html;charset=UTF-8")
    assert answer.text.startswith("<html>")


def test_a_406_has_an_empty_body(client: Any, faults: Any) -> None:
    faults.add("empty_406", "describe")
    answer = client.get("/sobjects/Account/describe")
    assert (answer.status_code, answer.content) == (406, b"")


def test_a_job_can_fail_with_a_message(client: Any, faults: Any) -> None:
    faults.add("job_failed", "job_create", containing="FROM Account")
    assert client.finished_job("SELECT Id FROM Contact")["state"] == "JobComplete"
    job = client.finished_job("SELECT Id FROM Account")
    assert (job["state"], job["errorMessage"]) == ("Failed", "InternalServerError : Retried more than 15 times")
    assert client.finished_job("SELECT Id FROM Account")["state"] == "JobComplete"


def test_logins_can_be_refused(client: Any, faults: Any) -> None:
    faults.add("login_rate", "token")
    answer = client.token(grant_type="client_credentials")
    assert (answer.status_code, answer.json()["error_description"]) == (400, "Login Rate Exceeded")


def test_an_answer_can_be_slow(client: Any, faults: Any) -> None:
    faults.add("slow", "limits", seconds=0.3)
    started = time.perf_counter()
    assert client.get("/limits").status_code == 200
    assert time.perf_counter() - started >= 0.3


def test_a_rule_without_end_strikes_always_until_it_is_cleared(client: Any, faults: Any) -> None:
    faults.add("unavailable", times=None)
    assert {client.get("/limits").status_code for _ in range(5)} == {503}
    faults.clear()
    assert client.get("/limits").status_code == 200


def test_a_rule_of_an_unknown_kind_or_endpoint_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown fault 'typo'"):
        Faults([Fault("typo")])
    with pytest.raises(ValueError, match="unknown endpoint 'typo'"):
        Faults().add("slow", "typo")


def test_a_row_committed_late_appears_with_its_older_stamp(client: Any, org: Any, clock: Any) -> None:
    late = org.records.insert("Account", {"Name": "late"}, visible_at=clock.now.replace(second=3))
    clock.pass_(seconds=2)
    assert client.ids("SELECT Id FROM Account") == []
    clock.pass_(seconds=1)
    soql = "SELECT Id FROM Account WHERE SystemModstamp = 2026-03-02T02:00:00Z"
    assert client.ids(soql) == [late]


def test_a_formula_changes_without_a_new_stamp(client: Any, org: Any, clock: Any) -> None:
    account = org.records.insert("Account", {"Name": "a", "Days_Since_Activity__c": 1})
    clock.pass_(days=1)
    org.records.update("Account", account, {"Days_Since_Activity__c": 2}, touch=False)
    (record,) = client.query("SELECT Days_Since_Activity__c, SystemModstamp FROM Account").json()["records"]
    assert (record["Days_Since_Activity__c"], record["SystemModstamp"]) == (2.0, "2026-03-02T02:00:00.000+0000")


def test_whole_numbers_can_come_with_a_decimal_point_in_bulk(client: Any, org: Any, faults: Any) -> None:
    faults.whole_numbers_as_decimals = True
    org.records.insert("Account", {"Name": "a", "NumberOfEmployees": 5})
    answer = client.results(client.finished_job("SELECT NumberOfEmployees FROM Account"))
    assert answer.text == '"NumberOfEmployees"\n"5.0"\n'
