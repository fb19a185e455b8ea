"""SOQL as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from sources.http.chunking import field_groups
from sources.salesforce.soql import Position, Query, fits_url, parsed_timestamp, timestamp

SINCE, UNTIL = datetime(2024, 3, 4, 12), datetime(2024, 3, 4, 13)
QUERY = Query("Account", ("Id", "Name"), "SystemModstamp", SINCE, UNTIL)


def test_a_window_is_half_open_and_in_keyset_order() -> None:
    assert QUERY.text() == (
        "SELECT Id, Name FROM Account WHERE SystemModstamp >= 2024-03-04T12:00:00.000Z"
        " AND SystemModstamp < 2024-03-04T13:00:00.000Z ORDER BY SystemModstamp, Id"
    )
    assert QUERY.text(ordered=False).endswith("13:00:00.000Z")
    assert Query("CurrencyType", ("Id",)).text() == "SELECT Id FROM CurrencyType ORDER BY Id"


def test_a_query_resumes_behind_a_row_that_shares_its_stamp_with_others() -> None:
    after = replace(QUERY, after=Position("2024-03-04T12:30:00.000Z", "001A"))
    assert (
        "((SystemModstamp = 2024-03-04T12:30:00.000Z AND Id > '001A') OR SystemModstamp > 2024-03-04T12:30:00.000Z)"
        in after.text()
    )
    assert "WHERE Id > '001A'" in Query("CurrencyType", ("Id",), after=Position(None, "001A")).text()


def test_halves_meet_and_the_earlier_one_keeps_the_position() -> None:
    position = Position("2024-03-04T12:30:00.000Z", "001A")
    halves = replace(QUERY, after=position).halves(UNTIL)
    assert halves is not None
    earlier, later = halves
    assert (earlier.since, earlier.until, earlier.after) == (SINCE, datetime(2024, 3, 4, 12, 45), position)
    assert (later.since, later.until, later.after) == (datetime(2024, 3, 4, 12, 45), UNTIL, None)
    assert replace(QUERY, until=datetime(2024, 3, 4, 12, 0, 1)).halves(UNTIL) is None


def test_an_open_window_is_halved_without_closing_its_ends() -> None:
    halves = replace(QUERY, since=None, until=None).halves(UNTIL)
    assert halves is not None
    assert (halves[0].since, halves[1].until) == (None, None)
    assert halves[0].until == halves[1].since


def test_moments_of_both_apis_are_read_alike() -> None:
    moment = datetime(2024, 4, 25, 15, 50, 37, 123000)
    assert parsed_timestamp("2024-04-25T15:50:37.123+0000") == parsed_timestamp("2024-04-25T15:50:37.123Z") == moment
    assert timestamp(moment) == "2024-04-25T15:50:37.123Z"


def test_field_groups_hold_every_field_once_behind_the_leading_ones_and_keep_to_their_length() -> None:
    fields = [f"Field_{number}__c" for number in range(1_000)]
    groups = field_groups([*fields, "Id", "SystemModstamp"], ("Id", "SystemModstamp"), fits_url)
    assert all(group[:2] == ("Id", "SystemModstamp") for group in groups)
    assert [name for group in groups for name in group[2:]] == fields
    assert all(len(quote(", ".join(group), safe="")) <= 7_000 for group in groups)
