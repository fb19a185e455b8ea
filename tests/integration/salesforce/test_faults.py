"""The strange things Salesforce does, each from a bug that lost rows in some connector, and what must come of them.

The numbers are those of the list of cases that every connector must survive.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from sources.errors import QuotaExhausted, SourceError, TransientSourceError
from sources.lake import Lake
from sources.simulators.salesforce import Fault
from sources.simulators.salesforce.http_parts import Request, Response, as_json
from tests.integration.salesforce.org import LOOKBACK, START, Org, current

BY_BULK, BY_REST = 0, 10_000
STRANGE = ["a\r\nb", "x\x00y", "u\u2028v\x85w", "N/A", "null", 'qu"o,te', "end\n", "back\\slash\\", "\ufeffmark", " "]


def names_of(org: Org, count: int) -> set[str]:
    """Insert that many accounts and return their names."""
    names = {f"Account {number}" for number in range(count)}
    org.records.insert_many("Account", [{"Name": name} for name in sorted(names)])
    return names


def read_names(org: Org, bulk_above: int, **options: object) -> list[str]:
    """Read all accounts and return their names, each as often as it came."""
    extract = org.extract(org.connector(bulk_above_rows=bulk_above, **options), "Account")
    rows = org.rows(extract, "Name")
    assert extract.source_count == len(rows)
    return [row[0] for row in rows]


def test_case_1_more_rows_than_a_page_share_one_stamp_and_the_locator_is_forgotten(org: Org) -> None:
    names = names_of(org, 2_500)
    org.pass_time(hours=1)
    org.faults.rest_page_rows = 1_000
    org.faults.add("bad_locator", "query_more")
    org.faults.add("bad_locator", "query_more", after=1)
    found = read_names(org, BY_REST)
    assert len(found) == 2_500 and set(found) == names


def test_a_locator_that_never_works_fails_instead_of_looping(org: Org) -> None:
    names_of(org, 20)
    org.faults.rest_page_rows = 20
    org.faults.add("bad_locator", "query", times=None)
    with pytest.raises(SourceError, match="INVALID_QUERY_LOCATOR"):
        read_names(org, BY_REST)


@pytest.mark.parametrize("seconds_late", [3, 7 * 60])
def test_case_2_a_row_visible_late_with_an_older_stamp_comes_with_the_next_window(
    org: Org, lake: Lake, seconds_late: int
) -> None:
    connector = org.connector()
    org.night(lake, connector, "account")
    # stamped now; the window of the next run ends just behind its stamp and is read before it shows
    late = org.records.insert("Account", {"Name": "late"}, visible_at=org.now + timedelta(seconds=seconds_late))
    org.pass_time(seconds=min(seconds_late - 1, 6 * 60))
    org.night(lake, connector, "account")
    assert current(lake, "account") == {}
    org.pass_time(minutes=10)
    org.night(lake, connector, "account")
    assert current(lake, "account", "Name") == {late: ("upsert", None, None, "late")}
    assert timedelta(seconds=seconds_late) < LOOKBACK


def test_case_3_the_locator_null_ends_the_pages(org: Org) -> None:
    names = names_of(org, 30)
    found = read_names(org, BY_BULK, bulk_page_rows=7)
    assert sorted(found) == sorted(names)
    assert sum(request.endswith("/results") for request in org.seen) == 5


def test_case_4_a_page_with_fewer_rows_than_its_header_says_is_read_again(org: Org) -> None:
    names = names_of(org, 30)
    org.faults.add("truncated_rows", "job_results", after=1, times=2)
    assert sorted(read_names(org, BY_BULK, bulk_page_rows=10)) == sorted(names)
    org.faults.clear()
    org.faults.add("truncated_rows", "job_results", times=None)
    with pytest.raises(
        TransientSourceError, match=r"acme\.Account: a page of CSV holds 15 rows where 30 were promised"
    ):
        read_names(org, BY_BULK)


def test_a_page_cut_within_a_row_or_in_transit_is_read_again(org: Org) -> None:
    names = names_of(org, 30)
    for kind in ("truncated_bytes", "dropped"):
        org.faults.add(kind, "job_results")
        assert sorted(read_names(org, BY_BULK)) == sorted(names)
        org.faults.add(kind, "query")
        assert sorted(read_names(org, BY_REST)) == sorted(names)
    assert not [rule for rule in org.faults.rules if rule.times]


@pytest.mark.parametrize("bulk_above", [BY_BULK, BY_REST])
def test_case_5_line_ends_nul_separators_and_the_words_for_nothing_survive(org: Org, bulk_above: int) -> None:
    for value in STRANGE:
        org.records.insert("Account", {"Name": value, "BillingCity": value[::-1]})
    extract = org.extract(org.connector(bulk_above_rows=bulk_above), "Account")
    assert org.rows(extract, "Name", "BillingCity") == [(value, value[::-1]) for value in STRANGE]


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


def test_case_10_a_chain_of_merges_keeps_every_link(org: Org, lake: Lake) -> None:
    first, second, third = (org.records.insert("Contact", {"LastName": name}) for name in "ABC")
    connector = org.connector()
    org.pass_time(hours=1)
    org.night(lake, connector, "contact")
    org.records.merge("Contact", second, [first])
    org.pass_time(minutes=1)
    org.records.merge("Contact", third, [second])
    org.pass_time(hours=1)
    org.night(lake, connector, "contact")
    assert current(lake, "contact") == {
        first: ("delete", "merged", second),
        second: ("delete", "merged", third),
        third: ("upsert", None, None),
    }


def test_case_11_a_record_taken_out_of_the_bin_lives_again(org: Org, lake: Lake) -> None:
    record = org.records.insert("Account", {"Name": "Lazarus"})
    connector, states = org.connector(), []
    for act in (None, org.records.delete, org.records.undelete):
        org.pass_time(hours=1)
        if act:
            act("Account", record)
            org.pass_time(hours=1)
        org.night(lake, connector, "account")
        states.append(current(lake, "account")[record][:2])
    assert states == [("upsert", None), ("delete", "soft"), ("upsert", None)]


def test_case_12_a_hard_delete_that_the_feed_no_longer_has_is_found_by_a_whole_read(org: Org, lake: Lake) -> None:
    gone, *kept = (org.records.insert("Account", {"Name": name}) for name in "abc")
    connector = org.connector(reconcile="never")
    org.pass_time(hours=1)
    org.night(lake, connector, "account")
    org.records.purge("Account", gone, logged=False)
    org.pass_time(days=20)
    org.night(lake, connector, "account")
    assert current(lake, "account")[gone][:2] == ("delete", "purged")
    assert {current(lake, "account")[record][0] for record in kept} == {"upsert"}


def test_case_13_a_formula_that_changed_without_a_stamp_comes_with_the_weekly_whole_read(org: Org, lake: Lake) -> None:
    record = org.records.insert("Account", {"Name": "a", "Days_Since_Activity__c": Decimal(1)})
    connector, seen = org.connector(), []
    for day in (0, 5, 6):
        org.now = START + timedelta(days=day, hours=1)
        org.records.update("Account", record, {"Days_Since_Activity__c": Decimal(day)}, touch=False)
        org.night(lake, connector, "account")
        seen.append(current(lake, "account", "Days_Since_Activity__c")[record][3])
    # START is a Monday; weeks of reconciliation begin on Sundays
    assert seen == [0, 0, 6]


def test_case_14_a_new_field_is_added_and_a_vanished_one_keeps_what_it_had(org: Org, lake: Lake) -> None:
    old = org.records.insert("Account", {"Name": "old", "Sic": "1234"})
    connector = org.connector()
    org.pass_time(hours=1)
    org.night(lake, connector, "account")
    org.records.add_field("Account", "Tier__c", "varchar")
    org.faults.hidden_fields.add("Account.Sic")
    new = org.records.insert("Account", {"Name": "new", "Tier__c": "gold"})
    org.pass_time(hours=1)
    (result,) = org.night(lake, connector, "account")
    assert result.error is None
    state = current(lake, "account", "Name", "Sic", "Tier__c")
    assert state[old][3:] == ("old", "1234", None)
    assert state[new][3:] == ("new", None, "gold")


@pytest.mark.parametrize("bulk_above", [BY_BULK, BY_REST])
def test_case_14_a_field_that_vanishes_between_describe_and_query_is_left_out(org: Org, bulk_above: int) -> None:
    names_of(org, 2)
    connector = org.connector(bulk_above_rows=bulk_above)
    org.extract(connector, "Contact")
    org.faults.hidden_fields.add("Account.Sic")
    extract = org.extract(connector, "Account")
    assert "Sic" not in {column.name for column in extract.columns}
    assert extract.source_count == 2


def wide(org: Org, *, by_rest: bool) -> list[str]:
    """Give Account so many fields that they do not fit into a URL; return their names."""
    names = [f"A_Custom_Field_With_A_Rather_Long_Name_{number:04d}__c" for number in range(400)]
    for name in names:
        org.data.execute(f'alter table Account add column "{name}" varchar')
    org.simulator.state.refresh_schema()
    if by_rest:
        org.faults.bulk_unsupported.add("Account")
    return names


@pytest.mark.parametrize("by_rest", [False, True])
def test_case_15_an_object_wider_than_a_url_is_read_whole(org: Org, by_rest: bool) -> None:
    fields = wide(org, by_rest=by_rest)
    for number in range(3):
        org.records.insert("Account", {"Name": f"{number}", fields[0]: f"first {number}", fields[-1]: f"last {number}"})
    extract = org.extract(org.connector(), "Account")
    assert org.rows(extract, "Name", fields[0], fields[200], fields[-1]) == [
        (f"{number}", f"first {number}", None, f"last {number}") for number in range(3)
    ]
    assert (extract.source_count, {column.name for column in extract.columns} >= set(fields)) == (3, True)


def test_case_15_a_record_that_changes_between_two_groups_of_fields_is_never_torn(org: Org) -> None:
    fields = wide(org, by_rest=True)
    ends = (fields[0], fields[-1])
    still, moving = (org.records.insert("Account", dict.fromkeys(ends, "before")) for _ in range(2))
    org.pass_time(hours=1)
    queries = []

    def change_after_the_first_group(request: str) -> None:
        if "queryAll" in request:
            queries.append(request)
        if len(queries) == 2 and org.now == START + timedelta(hours=1):
            org.pass_time(seconds=1)
            org.records.update("Account", moving, dict.fromkeys(ends, "after"))

    org.meanwhile = change_after_the_first_group
    extract = org.extract(org.connector(), "Account")
    assert org.rows(extract, "Id", *ends) == sorted([(still, "before", "before"), (moving, "after", "after")])
    assert extract.source_count == 2


def test_one_object_that_may_not_be_described_does_not_stop_the_others(org: Org, lake: Lake) -> None:
    refusal = [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no access to Case"}]
    answer = org.simulator.org.answer

    def refusing(request: Request) -> tuple[Response, Fault | None]:
        response, fault = answer(request)
        if "/sobjects/Case/describe" in request.path:
            return as_json(refusal, 403), fault
        if request.path.endswith("/composite/batch"):
            results = json.loads(response.prefix)["results"]
            kept = [r if r["result"]["name"] != "Case" else {"statusCode": 403, "result": refusal} for r in results]
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


def test_the_clock_is_the_orgs_own(org: Org) -> None:
    org.now = datetime(2031, 5, 6, 7, 8, 9)
    assert org.connector().clock() == datetime(2031, 5, 6, 7, 8, 9)
