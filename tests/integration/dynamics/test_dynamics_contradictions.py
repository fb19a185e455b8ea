"""What an environment says against itself: stamps set back, pages without a record that is there, deletes undone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sources.lake import Lake
from tests.integration.dynamics.environment import Environment, current, succeeded


@pytest.mark.parametrize("is_tracked", [True, False])
def test_a_change_whose_stamp_an_import_set_back_is_read_as_what_the_record_is_now(
    environment: Environment, lake: Lake, is_tracked: bool
) -> None:
    """Migrations and plug-ins write modifiedon: a delta, or a window, still shows the record as it is."""
    record, _ = environment.names(2)
    if not is_tracked:
        environment.faults.tracked_off.add("account")
    connector = environment.connector()
    environment.pass_time(hours=1)
    environment.records.update("account", record, {"name": "later"})
    environment.pass_time(minutes=6)
    succeeded(environment.night(lake, connector, "account"))
    # within what a window without change tracking reads again, and years ago
    stamp = environment.now - timedelta(minutes=8) if not is_tracked else datetime(2019, 1, 1)
    moved = {"modifiedon": stamp, "versionnumber": environment.simulator.state.next_version()}
    environment.records.update("account", record, {"name": "imported"} | moved, touch=False)
    environment.pass_time(minutes=6)
    succeeded(environment.night(lake, connector, "account"))
    assert current(lake, "account", "name", "modifiedon")[record] == ("upsert", None, None, "imported", stamp)
