"""Pages that come short, twice, torn or in strange words, and what must come of them: every row, once, as it was.

The numbers are those of the list of cases that every connector must survive; each is a bug that lost rows in some.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sources.errors import SourceError, TransientSourceError
from sources.simulators.http import Fault, Request, Response, as_json
from tests.integration.salesforce.org import BY_BULK, BY_REST, START, Org, names_of, read_names

STRANGE = ["a\r\nb", "x\x00y", "u\u2028v\x85w", "N/A", "null", 'qu"o,te', "end\n", "back\\slash\\", "\ufeffmark", " "]


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


@pytest.mark.parametrize("records", [[], [{"Id": "001000000000001AAA"}]])
def test_pages_that_lead_in_a_circle_fail_instead_of_being_read_for_ever(org: Org, records: list[object]) -> None:
    names_of(org, 3)
    org.faults.rest_page_rows = 2
    answer, seen = org.simulator.org.answer, []

    def circle(request: Request) -> tuple[Response, Fault | None]:
        if "/queryAll/" not in request.path:
            return answer(request)
        seen.append(request.path)
        assert len(seen) < 20, "read for ever"
        following = f"/services/data/v60.0/queryAll/01g-{len(seen) % 3}"
        return as_json({"totalSize": 3, "done": False, "nextRecordsUrl": following, "records": records}), None

    org.simulator.org.answer = circle  # type: ignore[method-assign]
    with pytest.raises(TransientSourceError, match="leads back to one"):
        read_names(org, BY_REST)


def test_locators_that_lead_in_a_circle_end_the_job_instead_of_being_read_for_ever(org: Org) -> None:
    names_of(org, 6)
    answer, seen = org.simulator.org.answer, []

    def circle(request: Request) -> tuple[Response, Fault | None]:
        response, fault = answer(replace(request, query={"maxRecords": "2"}) if "locator" in request.query else request)
        if request.path.endswith("/results"):
            seen.append(request.path)
            assert len(seen) < 20, "read for ever"
            response.headers["Sforce-Locator"] = f"locator{len(seen) % 3}"
        return response, fault

    org.simulator.org.answer = circle  # type: ignore[method-assign]
    assert len(read_names(org, BY_BULK, bulk_page_rows=2)) == 6


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
