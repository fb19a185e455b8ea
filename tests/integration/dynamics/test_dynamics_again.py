"""What an operator asks for once more: a span that was read before, or everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sources.lake import Lake
from tests.integration.dynamics.environment import START, Environment, succeeded

_LONG_AGO = START - timedelta(days=65)


@pytest.mark.parametrize("is_tracked", [True, False])
@pytest.mark.parametrize("given", [{"full": True}, {"since": _LONG_AGO}])
def test_a_table_that_was_read_and_is_hidden_is_missed_whichever_way_it_is_asked_for(
    environment: Environment, lake: Lake, is_tracked: bool, given: dict[str, Any]
) -> None:
    """An empty window would be taken for that of an environment without the table, and every later night too."""
    if not is_tracked:
        environment.faults.tracked_off.add("lead")
    environment.records.insert("lead", {"lastname": "Low"})
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "lead"))
    environment.pass_time(days=1)
    del environment.simulator.state.schema["lead"]
    for asked in (given, {}):
        (result,) = environment.night(lake, connector, "lead", **asked)
        assert "no such table" in str(result.error)
        environment.pass_time(days=1)


def test_a_span_of_an_untracked_table_that_is_asked_for_again_is_read_and_no_more_of_it(
    environment: Environment, lake: Lake
) -> None:
    environment.faults.tracked_off.add("lead")
    environment.records.insert("lead", {"lastname": "old"})
    environment.pass_time(days=28)
    environment.records.insert("lead", {"lastname": "new"})
    environment.pass_time(days=49)
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "lead"))
    environment.pass_time(days=1)
    since = START + timedelta(days=14)
    (result,) = succeeded(environment.night(lake, connector, "lead", since=since))
    assert result.committed is not None
    assert (result.committed.window.since, result.committed.rows_read) == (since, 1)
