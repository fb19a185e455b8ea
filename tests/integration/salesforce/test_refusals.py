"""What an org refuses, limits or answers late, and what must come of it: the rows another way, or its own words.

The numbers are those of the list of cases that every connector must survive; each is a bug that lost rows in some.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta

import pytest

from sources.errors import QuotaExhausted, SourceError, TransientSourceError
from sources.lake import Lake
from sources.simulators.http import Request, Response, as_json
from sources.simulators.http.server import Handler
from sources.simulators.salesforce import Fault
from tests.integration.salesforce.org import BY_BULK, BY_REST, START, Org, current, names_of, read_names


@pytest.mark.parametrize(("bulk_above", "endpoint"), [(BY_BULK, "job_results"), (BY_REST, "query_more")])
def test_case_6_a_session_that_ends_between_pages_is_renewed(org: Org, bulk_above: int, endpoint: str) -> None:
    names = names_of(org, 30)
    org.faults.rest_page_rows = 10
    org.faults.add("session_expired", endpoint, after=1)
    assert sorted(read_names(org, bulk_above, bulk_page_rows=10)) == sorted(names)
    assert sum(request == "POST /services/oauth2/token" for request in org.seen) == 2


def test_a_session_that_never_holds_fails_in_the_words_of_the_org(org: Org) -> None:
    org.faults.add("session_expired", "query", times=None)
    with pytest.raises(SourceError, match=r"acme\.Account: INVALID_SESSION_ID: Session expired or invalid"):
        read_names(org, BY_REST)


def test_case_7_the_limit_of_the_day_stops_the_run_and_keeps_what_was_read(org: Org, lake: Lake) -> None:
    names = names_of(org, 3)
    org.pass_time(hours=1)
    org.faults.add("total_limit", "query", after=1)
    done, stopped = org.night(lake, org.connector(), "account", "contact")
    assert done.committed is not None and done.committed.rows_appended == len(names)
    assert isinstance(stopped.error, QuotaExhausted)
    assert "TotalRequests Limit exceeded" in str(stopped.error) and "next run continues" in str(stopped.error)
    assert org.pauses == []


def test_case_7_the_limit_on_concurrent_requests_is_waited_for(org: Org) -> None:
    names = names_of(org, 3)
    org.faults.add("concurrent_limit", "query", times=3)
    assert sorted(read_names(org, BY_REST)) == sorted(names)
    assert len(org.pauses) == 3 and min(org.pauses) >= 0.5


def test_a_share_of_the_days_requests_can_be_left_to_others(org: Org) -> None:
    org.faults.daily_requests = 10
    connector = org.connector(api_usage_limit=0.5)
    for _ in range(5):
        connector.clock()
    with pytest.raises(QuotaExhausted, match="5 of the org's 10 daily API requests are used"):
        connector.clock()
    assert org.simulator.org.requests == 5


@pytest.mark.parametrize("endpoint", ["batch", "query", "deleted", "job_create", "job_status", "job_results"])
def test_case_8_an_empty_406_and_other_passing_failures_are_repeated(org: Org, endpoint: str) -> None:
    names = names_of(org, 5)
    org.pass_time(hours=1)
    for kind in ("empty_406", "maintenance", "unavailable", "server_error"):
        org.faults.add(kind, endpoint)
    connector = org.connector(bulk_above_rows=BY_BULK)
    extract = org.extract(connector, "Account", START - timedelta(hours=1))
    assert {row[0] for row in org.rows(extract, "Name")} == names
    assert [rule.times for rule in org.faults.rules] == [0, 0, 0, 0]


def test_case_9_an_object_that_bulk_does_not_know_goes_by_rest(org: Org) -> None:
    names = names_of(org, 30)
    org.faults.bulk_unsupported.add("Account")
    org.faults.rest_page_rows = 7
    connector = org.connector(bulk_above_rows=BY_BULK)
    for _ in range(2):
        extract = org.extract(connector, "Account")
        assert {row[0] for row in org.rows(extract, "Name")} == names
    # it is asked once, then known
    assert sum(request.startswith("POST") and "jobs" in request for request in org.seen) == 1


def test_failed_jobs_and_a_spent_job_allowance_go_by_rest(org: Org) -> None:
    names = names_of(org, 30)
    org.faults.add("job_failed", "job_create", times=2)
    assert sorted(read_names(org, BY_BULK)) == sorted(names)
    org.faults.add("job_failed", "job_create", times=None)
    assert sorted(read_names(org, BY_BULK)) == sorted(names)
    assert sum(request.startswith("POST") and "jobs" in request for request in org.seen) == 6
    org.faults.clear()
    org.faults.daily_jobs = 0
    assert sorted(read_names(org, BY_BULK)) == sorted(names)


def test_a_slow_job_is_polled_at_growing_intervals_and_cleaned_up(org: Org) -> None:
    names = names_of(org, 5)
    org.faults.polls_until_complete = 6
    assert sorted(read_names(org, BY_BULK)) == sorted(names)
    assert org.pauses == sorted(org.pauses) and len(org.pauses) >= 6
    assert sum(request.startswith("DELETE") for request in org.seen) == 1


def test_a_query_that_times_out_is_asked_for_in_halves(org: Org) -> None:
    names = set()
    for number in range(40):
        org.records.insert("Account", {"Name": f"Account {number}"})
        names.add(f"Account {number}")
        org.pass_time(minutes=1)
    org.faults.bulk_unsupported.add("Account")
    org.faults.rest_page_rows = 3
    org.faults.add("query_timeout", "query", times=5)
    org.faults.add("query_timeout", "query_more", times=2)
    assert sorted(read_names(org, BY_REST)) == sorted(names)
    org.faults.add("query_timeout", "query", times=None)
    with pytest.raises(TransientSourceError, match=r"acme\.Account: QUERY_TIMEOUT even for the span"):
        read_names(org, BY_REST)


def test_one_object_that_may_not_be_described_does_not_stop_the_others(org: Org, lake: Lake) -> None:
    refusal = [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no access to Case"}]
    answer = org.simulator.org.answer

    def refusing(request: Request) -> tuple[Response, Fault | None]:
        response, fault = answer(request)
        if "/sobjects/Case/describe" in request.path:
            return as_json(refusal, 403), fault
        if request.path.endswith("/composite/batch"):
            results = json.loads(response.prefix)["results"]
            kept = [{"statusCode": 403, "result": refusal} if "'name': 'Case'," in str(r) else r for r in results]
            return as_json({"results": kept}), fault
        return response, fault

    org.simulator.org.answer = refusing  # type: ignore[method-assign]
    account, case = org.night(lake, org.connector(), "account", "case")
    assert account.committed and "acme.Case: the org has no such object, or the integration" in str(case.error)


def test_what_is_retried_is_said_in_the_log(org: Org, caplog: pytest.LogCaptureFixture) -> None:
    org.faults.add("unavailable", "query")
    with caplog.at_level(logging.WARNING):
        read_names(org, BY_REST)
    assert "acme: SERVER_UNAVAILABLE: The server is temporarily unavailable; attempt 2 follows" in caplog.text


def test_a_user_who_may_not_see_the_limits_of_the_org_reads_it_all_the_same(org: Org, lake: Lake) -> None:
    org.faults.add("api_disabled", "limits", times=None)
    org.records.insert("Account", {"Name": "read"})
    (result,) = org.night(lake, org.connector(), "account")
    assert result.error is None and len(current(lake, "account")) == 1


def test_the_clock_is_the_orgs_own(org: Org) -> None:
    org.now = datetime(2031, 5, 6, 7, 8, 9)
    assert org.connector().clock() == datetime(2031, 5, 6, 7, 8, 9)


@pytest.mark.parametrize("date", ["", "soon"])
def test_an_org_that_does_not_tell_its_time_is_not_read_and_says_why(
    org: Org, lake: Lake, monkeypatch: pytest.MonkeyPatch, date: str
) -> None:
    monkeypatch.setattr(Handler, "date_time_string", lambda self, timestamp=None: date)
    (result,) = org.night(lake, org.connector(), "account")
    assert isinstance(result.error, SourceError)
    assert "acme: " in str(result.error) and "Date header" in str(result.error)
