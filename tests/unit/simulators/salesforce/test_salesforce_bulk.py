"""Bulk API 2.0: a job's life, CSV pages behind locators, and what a job cannot be created for."""

from __future__ import annotations

import gzip
from decimal import Decimal
from typing import Any

import pytest


def test_a_job_is_created_run_and_described_as_documented(client: Any, org: Any) -> None:
    org.records.insert_many("Account", [{"Name": "A"}, {"Name": "B"}])
    answer = client.create_job("SELECT Id FROM Account", contentType="CSV", columnDelimiter="COMMA", lineEnding="LF")
    created = answer.json()
    assert answer.status_code == 200
    assert created["id"].startswith("750") and len(created["id"]) == 18
    assert {key: created[key] for key in ("operation", "object", "state", "apiVersion", "concurrencyMode")} == {
        "operation": "queryAll",
        "object": "Account",
        "state": "UploadComplete",
        "apiVersion": 62.0,
        "concurrencyMode": "Parallel",
    }
    job = client.finished_job("SELECT Id FROM Account")
    assert (job["state"], job["numberRecordsProcessed"], job["retries"]) == ("JobComplete", 2, 0)
    listed = client.get("/jobs/query").json()
    assert listed["done"] and [entry["id"] for entry in listed["records"]] == [created["id"], job["id"]]


def test_every_value_is_quoted_in_bulk_formats_and_null_is_empty(client: Any, org: Any) -> None:
    account = org.records.insert("Account", {"Name": "Acme", "AnnualRevenue": Decimal(100), "NumberOfEmployees": 5})
    for amount in ("45.40", "1500.00", "-0.50", None):
        deal = {"Name": "Deal", "Amount": amount and Decimal(amount), "Probability": Decimal(10)}
        org.records.insert("Opportunity", deal)
    soql = "SELECT id, Name, AnnualRevenue, NumberOfEmployees, IsDeleted, SystemModstamp, Fax FROM Account"
    assert client.results(client.finished_job(soql)).text == (
        '"Id","Name","AnnualRevenue","NumberOfEmployees","IsDeleted","SystemModstamp","Fax"\n'
        f'"{account}","Acme","100.0","5","false","2026-03-02T02:00:00.000Z",""\n'
    )
    amounts = client.results(client.finished_job("SELECT Amount, Probability FROM Opportunity")).text
    assert amounts == '"Amount","Probability"\n"45.4","10.0"\n"1500.0","10.0"\n"-0.5","10.0"\n"","10.0"\n'


def test_text_survives_with_line_breaks_quotes_nul_and_words_that_look_like_nothing(
    client: Any, org: Any, rows: Any
) -> None:
    names = ['He said "hi"', "two\r\nlines\rand\nmore", "nul\0byte", "N/A", "null", "sep\u2028\x85arated", "Zoë, ,"]
    org.records.insert_many("Account", ({"Name": name} for name in names))
    answer = client.results(client.finished_job("SELECT Name FROM Account"))
    assert [row["Name"] for row in rows(answer)] == names
    assert answer.headers["Sforce-NumberOfRecords"] == "7"


def test_pages_follow_locators_until_the_word_null_and_can_be_read_again(
    client: Any, org: Any, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # so that the result is rendered in several batches
    monkeypatch.setattr("sources.simulators.http.spooling.ROWS_A_BATCH", 1000)
    ids = org.records.insert_many("Contact", ({"LastName": f"No. {number}"} for number in range(2500)))
    job = client.finished_job("SELECT Id, LastName FROM Contact")
    pages = [client.results(job, maxRecords=1000)]
    while (locator := pages[-1].headers["Sforce-Locator"]) != "null":
        pages.append(client.results(job, maxRecords=1000, locator=locator))
    assert [page.headers["Sforce-NumberOfRecords"] for page in pages] == ["1000", "1000", "500"]
    assert all(page.text.startswith('"Id","LastName"\n') for page in pages)
    assert [row["Id"] for page in pages for row in rows(page)] == ids
    again = client.results(job, maxRecords=1000, locator=pages[0].headers["Sforce-Locator"])
    assert again.content == pages[1].content


def test_an_empty_result_is_a_header_alone(client: Any) -> None:
    answer = client.results(client.finished_job("SELECT Id FROM Account"))
    assert (answer.text, answer.headers["Sforce-NumberOfRecords"]) == ('"Id"\n', "0")
    assert answer.headers["Sforce-Locator"] == "null"


def test_a_result_is_zipped_when_the_client_takes_gzip(client: Any, org: Any) -> None:
    org.records.insert_many("Contact", ({"LastName": "Jones"} for _ in range(5000)))
    job = client.finished_job("SELECT Id, LastName FROM Contact")
    plain = client.results(job)
    with client.http.stream(
        "GET", f"/services/data/v62.0/jobs/query/{job['id']}/results", headers={"Accept-Encoding": "gzip"}
    ) as answer:
        zipped = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped) == plain.content
    assert len(zipped) < len(plain.content) / 4


def test_delimiter_and_line_ending_are_chosen_at_creation(client: Any, org: Any) -> None:
    account = org.records.insert("Account", {"Name": "Acme"})
    job = client.finished_job("SELECT Id, Name FROM Account", columnDelimiter="SEMICOLON", lineEnding="CRLF")
    assert client.results(job).text == f'"Id";"Name"\r\n"{account}";"Acme"\r\n'
    assert client.create_job("SELECT Id FROM Account", columnDelimiter="COLON").status_code == 400


def test_a_job_says_in_progress_before_it_is_complete(client: Any, faults: Any) -> None:
    faults.polls_until_complete = 2
    job = client.create_job("SELECT Id FROM Account").json()
    assert client.results(job).status_code == 204
    states = [client.get(f"/jobs/query/{job['id']}").json()["state"] for _ in range(2)]
    assert states == ["InProgress", "InProgress"]
    assert client.finished_job("SELECT Id FROM Account")["state"] == "JobComplete"


def test_an_aborted_job_has_no_results_and_can_be_deleted(client: Any, faults: Any) -> None:
    faults.polls_until_complete = 100
    job = client.create_job("SELECT Id FROM Account").json()
    path = f"/services/data/v62.0/jobs/query/{job['id']}"
    assert client.http.patch(path, json={"state": "Aborted"}).json()["state"] == "Aborted"
    assert client.get(path).json()["state"] == "Aborted"
    assert client.results(job).json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert client.http.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_a_complete_job_cannot_be_aborted(client: Any) -> None:
    job = client.finished_job("SELECT Id FROM Account")
    answer = client.http.patch(f"/services/data/v62.0/jobs/query/{job['id']}", json={"state": "Aborted"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")


def test_results_are_read_with_the_version_the_job_was_created_with(client: Any) -> None:
    job = client.finished_job("SELECT Id FROM Account")
    assert client.get(f"/services/data/v61.0/jobs/query/{job['id']}/results").status_code == 409


@pytest.mark.parametrize("locator", ["nonsense", "null", "OTk5"])
def test_a_locator_of_nowhere_is_refused(client: Any, locator: str) -> None:
    job = client.finished_job("SELECT Id FROM Account")
    answer = client.results(job, locator=locator)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


@pytest.mark.parametrize(
    ("soql", "code", "words"),
    [
        ("SELECT Id FROM Task", "INVALIDENTITY", "Entity 'Task' is not supported by the Bulk API."),
        (
            "SELECT BillingAddress FROM Account",
            "FUNCTIONALITY_NOT_ENABLED",
            "Selecting compound data not supported in Bulk Query",
        ),
        ("SELECT COUNT() FROM Account", "API_ERROR", "Implementation restriction"),
        ("SELECT Name, COUNT(Id) FROM Account GROUP BY Name", "API_ERROR", "Implementation restriction"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "API_ERROR", "nested query"),
        ("SELECT Id FROM Account LIMIT 5 OFFSET 5", "API_ERROR", "OFFSET"),
        ("SELECT Foo FROM Account", "INVALID_FIELD", "No such column 'Foo'"),
        ("SELECT Id FROM", "MALFORMED_QUERY", "unexpected token"),
    ],
)
def test_what_the_bulk_api_cannot_do_is_refused_at_creation(
    client: Any, faults: Any, soql: str, code: str, words: str
) -> None:
    faults.bulk_unsupported.add("Task")
    answer = client.create_job(soql)
    assert answer.status_code == 400
    (error,) = answer.json()
    assert error["errorCode"] == code and words in error["message"]
    assert client.get("/jobs/query").json()["records"] == []


def test_only_so_many_jobs_a_day(client: Any, faults: Any) -> None:
    faults.daily_jobs = 1
    client.finished_job("SELECT Id FROM Account")
    answer = client.create_job("SELECT Id FROM Account")
    assert answer.json()[0]["errorCode"] == "LIMIT_EXCEEDED"
    assert client.get("/limits").json()["DailyBulkV2QueryJobs"] == {"Max": 1, "Remaining": 0}


def test_query_hides_what_query_all_shows(client: Any, org: Any) -> None:
    org.records.delete("Account", org.records.insert("Account", {"Name": "Gone"}))
    assert client.finished_job("SELECT Id FROM Account", operation="query")["numberRecordsProcessed"] == 0
    assert client.finished_job("SELECT Id FROM Account", operation="queryAll")["numberRecordsProcessed"] == 1
