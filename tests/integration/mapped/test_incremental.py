"""Nights of reading by cursor end in the source's own state, whatever happened between them."""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.lake import Lake
from tests.integration.mapped.conftest import MappedSource

MAPPING = """
connection: {kind: sqlite, path: old.sqlite}
clock: select now_at from crm_clock
tables:
  people: {key: id, cursor: changed, sweep: true, shrink_limit: 1, lag: 5m, lookback: 10m}
"""
# what happens to a row: (id, minutes before the coming night that it is stamped with, or None for no stamp)
WRITES = st.tuples(st.integers(1, 6), st.one_of(st.none(), st.sampled_from([0, 1, 5, 6, 15, 16, 60, 3000])))
EVENTS = st.one_of(st.tuples(st.just("write"), WRITES), st.tuples(st.just("delete"), st.integers(1, 6)))
NIGHTS = st.lists(st.lists(EVENTS, max_size=8), min_size=1, max_size=3)
_names = itertools.count()


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nights=NIGHTS)
def test_nights_of_writes_ties_and_deletes_equal_the_source(lake: Lake, nights: list[list[tuple[str, object]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = MappedSource(lake, Path(folder), f"old_{next(_names)}")
        source.write(MAPPING)
        database = sqlite3.connect(Path(folder) / "old.sqlite", isolation_level=None)
        database.execute("create table people (id integer primary key, name text, changed text)")
        database.execute("create table crm_clock (now_at text)")
        now, versions = datetime(2026, 3, 1, 2), itertools.count()
        # one more, quiet night: what was stamped inside the lag of the last one is due in it
        for events in [*nights, []]:
            _happen(database, events, now, versions)
            database.execute("delete from crm_clock")
            database.execute("insert into crm_clock values (?)", [str(now)])
            result = source.night(publish=False)["people"]
            assert result.error is None
            now += timedelta(hours=1)
        truth = database.execute("select cast(id as text), name from people order by cast(id as text)").fetchall()
        assert source.living(f"{source.name}__people", "_record_id, name") == truth
        database.close()


def _happen(
    database: sqlite3.Connection, events: list[tuple[str, object]], now: datetime, versions: itertools.count[int]
) -> None:
    """Do to the source what happened before a night. An update is stamped when it happens; an insert may be late."""
    for kind, what in events:
        if kind == "delete":
            database.execute("delete from people where id = ?", [what])
            continue
        key, minutes = what
        known = database.execute("select 1 from people where id = ?", [key]).fetchone()
        late = 0 if minutes is None else min(minutes, 15) if known else minutes
        stamp = None if minutes is None else str(now - timedelta(minutes=late))
        name = f"version {next(versions)}"
        database.execute(
            "insert into people values (?, ?, ?) on conflict (id) do update set name = excluded.name,"
            " changed = excluded.changed",
            [key, name, stamp],
        )
