"""Whatever happens in the environment, and however the reading goes, the lake ends in the environment's own state.

DYNAMICS_HISTORIES sets how many histories are tried; without it 200, the same ones every time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.contract import Reading, Window
from sources.lake import Lake
from tests.integration.dynamics.environment import START, Environment, current, open_environment, open_lake

HISTORIES = int(os.environ.get("DYNAMICS_HISTORIES", "200"))
PASSING = ("unavailable", "maintenance", "unauthorized", "throttled", "dropped", "truncated_bytes")
PLACES = ("records", "next", "delta", "attributes", "definitions")
ONE = st.integers(0, 1_000)

# what users and plug-ins do, as the name of a method of History and what it acts on
CHANGES = st.one_of(
    st.tuples(st.just("insert"), st.integers(1, 4)),
    st.tuples(st.just("insert_late"), st.integers(1, 3 * 1_440)),
    st.tuples(st.just("update"), ONE),
    st.tuples(st.just("delete"), ONE),
    st.tuples(st.just("restore"), ONE),
    st.tuples(st.just("merge"), st.tuples(ONE, ONE)),
    # minutes: within one window, over several, into another week, beyond what changes are kept
    st.tuples(st.just("pass_time"), st.sampled_from([0, 0, 1, 9, 30, 1_440, 8 * 1_440])),
)
# how the reading goes: the way it crashes if it does, and the fault it meets
NIGHTS = st.tuples(
    st.just("night"),
    st.tuples(
        st.sampled_from(["no", "no", "before the commit", "by a lasting fault"]),
        st.one_of(st.none(), st.tuples(st.sampled_from(PASSING), st.sampled_from(PLACES), st.integers(0, 2))),
    ),
)
ACTS = st.lists(st.one_of(CHANGES, CHANGES, NIGHTS), min_size=4, max_size=24)


class History:
    """One environment from its first record on, and the nights that read it into a source of its own in the lake."""

    def __init__(self, environment: Environment, lake: Lake, source: str) -> None:
        self.environment, self.lake, self.source = environment, lake, source
        self.counter, self.deleted = 0, []
        for table in ("account", "_deleted"):
            environment.data.execute(f"delete from {table}")
        environment.faults.clear()
        environment.faults.page_rows = 4
        environment.now = START
        self.committed: set[tuple[str, str]] = set()
        # enough living records that the deletes of one history stay under the shrink limit
        self.insert(30)

    def name(self) -> dict[str, Any]:
        self.counter += 1
        return {"name": f"name {self.counter}", "merged": False}

    def pick(self, which: int) -> str | None:
        rows = self.environment.data.execute("select accountid from account where not merged order by all").fetchall()
        return rows[which % len(rows)][0] if rows else None

    def insert(self, count: int) -> None:
        self.environment.records.insert_many("account", [self.name() for _ in range(count)])

    def insert_late(self, minutes: int) -> None:
        at = self.environment.now + timedelta(minutes=minutes)
        self.environment.records.insert("account", self.name(), visible_at=at)

    def update(self, which: int) -> None:
        if record := self.pick(which):
            self.environment.records.update("account", record, self.name())

    def delete(self, which: int) -> None:
        record = self.pick(which)
        count = self.environment.data.execute("select count(*) from account").fetchone()
        if record and count and count[0] > 20:
            self.environment.records.delete("account", record)
            self.deleted.append(record)

    def restore(self, which: int) -> None:
        if self.deleted:
            self.environment.records.restore("account", self.deleted.pop(which % len(self.deleted)))

    def merge(self, which: tuple[int, int]) -> None:
        winner, loser = self.pick(which[0]), self.pick(which[1])
        if winner and loser and winner != loser:
            self.environment.records.merge("account", winner, [loser])

    def pass_time(self, minutes: int) -> None:
        self.environment.pass_time(minutes=minutes)

    def night(self, how: tuple[str, tuple[str, str, int] | None]) -> None:
        crash, fault = how
        self.environment.pass_time(seconds=30)
        connector = self.environment.connector(self.source)
        if crash == "before the commit":
            self.read_only(connector)
            return
        if fault:
            kind, place, after = fault
            times = None if crash == "by a lasting fault" else 2
            self.environment.faults.add(kind, place, after=after, times=times)
        (result,) = self.environment.night(self.lake, connector, "account")
        assert result.error is None or crash == "by a lasting fault", result.error
        self.environment.faults.clear()

    def read_only(self, connector: Any) -> None:
        """Read as a night does and lose everything before it is committed."""
        obj = next(each for each in connector.objects() if each.name == "account")
        last = self.lake.last_window(self.source, "account")
        until = connector.clock() - obj.lag
        window = Window(last.until - obj.lookback, until, last.token) if last else Window(None, until)
        self.environment.nights += 1
        staging = self.environment.folder / f"lost_{self.environment.nights}"
        staging.mkdir()
        connector.read(obj, window, Reading(self.lake.connection, staging, last=last))

    def truth(self) -> dict[str, tuple[Any, ...]]:
        rows = self.environment.data.execute("select accountid, merged, masterid, name from account").fetchall()
        return {
            record: ("delete", "merged", master, name) if merged else ("upsert", None, None, name)
            for record, merged, master, name in rows
        }


@pytest.fixture(scope="module")
def new_history(tmp_path_factory: pytest.TempPathFactory, extensions: Path) -> Iterator[Callable[[], History]]:
    """Makes histories; they share the simulator, emptied each time, and the lake, each as another source."""
    folder, made = tmp_path_factory.mktemp("histories"), []
    with open_environment(folder) as environment, open_lake(folder, extensions) as lake:
        # a narrow table reads the same and faster
        shown = {"accountid", "name", "merged", "masterid", "modifiedon", "versionnumber"}
        columns = environment.simulator.state.schema["account"].attributes
        environment.faults.hidden_columns |= {f"account.{each.name}" for each in columns if each.name not in shown}

        def new() -> History:
            made.append(None)
            return History(environment, lake, f"history_{len(made)}")

        yield new


@pytest.mark.slow
@settings(
    max_examples=HISTORIES,
    derandomize="DYNAMICS_HISTORIES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(acts=ACTS)
def test_any_history_read_in_any_nights_with_crashes_and_faults_ends_in_the_environments_own_state(
    new_history: Callable[[], History], acts: list[tuple[str, Any]]
) -> None:
    history = new_history()
    for act, what in acts:
        getattr(history, act)(what)
    # what commits late is there by then
    history.pass_time(4 * 1_440)
    history.night(("no", None))
    truth, found = history.truth(), current(history.lake, "account", "name", source=history.source)
    assert {record: found.get(record) for record in truth} == truth
    assert {found[record][0] for record in found.keys() - truth.keys()} <= {"delete"}
