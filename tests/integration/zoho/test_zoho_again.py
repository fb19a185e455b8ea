"""What an operator asks for once more: a span that was read before, or everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sources.lake import Lake
from tests.integration.zoho.organization import START, Organization, current, succeeded

_LONG_AGO = START - timedelta(days=65)


@pytest.mark.parametrize("given", [{"full": True}, {"since": _LONG_AGO}])
def test_a_module_that_was_read_and_is_hidden_is_missed_whichever_way_it_is_asked_for(
    organization: Organization, lake: Lake, given: dict[str, Any]
) -> None:
    """An empty window would be taken for that of an organization without the module, and every later night too."""
    tables = ("quotes", "quoted_items")
    quote = organization.records.insert("Quotes", {"Subject": "q"})
    organization.records.set_lines(quote, "Quoted_Items", [{"Quantity": 1}])
    connector = organization.connector()
    succeeded(organization.night(lake, connector, *tables))
    organization.pass_time(days=1)
    organization.faults.hidden_modules.add("Quotes")
    for asked in (given, {}):
        results = organization.night(lake, connector, *tables, **asked)
        assert ["no such module" in str(each.error) for each in results] == [True, True]
        organization.pass_time(days=1)


def test_a_hidden_module_whose_rows_are_in_the_lake_is_missed_after_a_window_without_it(
    organization: Organization, lake: Lake
) -> None:
    organization.records.insert("Quotes", {"Subject": "q"})
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "quotes"))
    lake.connection.execute("update lake.ingest.windows set token = null")
    organization.pass_time(days=1)
    organization.faults.hidden_modules.add("Quotes")
    (result,) = organization.night(lake, connector, "quotes")
    assert "no such module" in str(result.error)


def test_a_span_that_is_asked_for_again_is_read_and_no_more_of_it(organization: Organization, lake: Lake) -> None:
    """Also one that begins where the list of deletes does not reach, and in another week."""
    tables = ("quotes", "quoted_items")
    old = organization.records.insert("Quotes", {"Subject": "old"})
    organization.records.set_lines(old, "Quoted_Items", [{"Quantity": 1}])
    organization.pass_time(days=28)
    quotes = organization.records.insert_many("Quotes", [{"Subject": "new"}, {"Subject": "gone"}])
    for quote in quotes:
        organization.records.set_lines(quote, "Quoted_Items", [{"Quantity": 1}])
    organization.pass_time(days=49)
    connector = organization.connector()
    succeeded(organization.night(lake, connector, *tables))
    organization.pass_time(days=1)
    organization.records.delete("Quotes", quotes[1])
    organization.pass_time(days=1)
    since = START + timedelta(days=14)
    results = succeeded(organization.night(lake, connector, *tables, since=since))
    read = [(each.committed.window.since, each.committed.rows_read) for each in results if each.committed]
    assert read == [(since, 1), (since, 1)]
    states = {key: state[0] for key, state in current(lake, "quotes").items()}
    assert states == {old: "upsert", quotes[0]: "upsert", quotes[1]: "delete"}


def test_a_module_that_was_hidden_is_read_whole_though_a_span_is_asked_for(
    organization: Organization, lake: Lake
) -> None:
    quote = organization.records.insert("Quotes", {"Subject": "q"})
    organization.faults.hidden_modules.add("Quotes")
    organization.pass_time(days=2)
    connector = organization.connector(reconcile="never")
    succeeded(organization.night(lake, connector, "quotes"))
    organization.pass_time(days=1)
    organization.faults.hidden_modules.clear()
    succeeded(organization.night(lake, connector, "quotes", since=START + timedelta(days=1)))
    assert set(current(lake, "quotes")) == {quote}
