"""Whatever happens in the org, and however the reading goes, the lake ends in the org's own state.

SALESFORCE_HISTORIES sets how many histories are tried; without it 200, the same ones every time.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.config import SourceConfig
from sources.contract import Reading, Window
from sources.lake import Lake
from sources.salesforce.connector import SalesforceConnector
from sources.salesforce.objects import OBJECTS
from tests.integration.salesforce.org import LAG, START, Org, open_lake, open_org, sobject

HISTORIES = int(os.environ.get("SALESFORCE_HISTORIES", "200"))
PASSING = (
    "unavailable",
    "empty_406",
    "maintenance",
    "session_expired",
    "concurrent_limit",
    "dropped",
    "truncated_rows",
)
PLACES = ("query", "query_more", "deleted", "batch", "job_create", "job_status", "job_results")
ONE = st.integers(0, 1_000)

# what users and the nightly purge do, as the name of a method of History and what it acts on
CHANGES = st.one_of(
    st.tuples(st.just("insert"), st.integers(1, 4)),
    st.tuples(st.just("insert_late"), st.integers(1, 14 * 60)),
    st.tuples(st.just("update"), ONE),
    st.tuples(st.just("delete"), ONE),
    st.tuples(st.just("undelete"), ONE),
    st.tuples(st.just("merge"), st.tuples(ONE, ONE)),
    st.tuples(st.just("purge"), st.tuples(ONE, st.booleans())),
    # minutes: within one window, over several, into another week, beyond the delete feed
    st.tuples(st.just("pass_time"), st.sampled_from([0, 0, 1, 4, 9, 30, 3 * 1_440, 16 * 1_440])),
)
# how the reading goes: by bulk or REST, the way it crashes if it does, and the fault it meets
NIGHTS = st.tuples(
    st.just("night"),
    st.tuples(
        st.booleans(),
        st.sampled_from(["no", "no", "before the commit", "by a lasting fault"]),
        st.one_of(st.none(), st.tuples(st.sampled_from(PASSING), st.sampled_from(PLACES), st.integers(0, 2))),
    ),
)
ACTS = st.lists(st.one_of(CHANGES, CHANGES, NIGHTS), min_size=4, max_size=16)


class History:
    """One org from its first record on, and the nights that read it into a source of its own in the lake."""

    def __init__(self, org: Org, lake: Lake, source: str) -> None:
        self.org, self.lake, self.source = org, lake, source
        self.counter, self.must_be_whole = 0, False
        # every state that a record was ever in
        self.states: set[tuple[Any, ...]] = set()
        for table in ("Account", "_deleted"):
            org.data.execute(f"delete from {table}")
        org.faults.clear()
        org.faults.rest_page_rows = 5
        org.now = START
        # enough living records that the purges of one history stay under the shrink limit
        self.insert(30)

    def name(self) -> dict[str, str]:
        self.counter += 1
        return {"Name": f"name {self.counter}"}

    def ids(self, condition: str) -> list[str]:
        rows = self.org.data.execute(f'select "Id" from Account where {condition} order by "Id"').fetchall()
        return [row[0] for row in rows]

    def pick(self, which: int, condition: str) -> str | None:
        found = self.ids(condition)
        return found[which % len(found)] if found else None

    def insert(self, count: int) -> None:
        self.org.records.insert_many("Account", [self.name() for _ in range(count)])

    def insert_late(self, seconds: int) -> None:
        self.org.records.insert("Account", self.name(), visible_at=self.org.now + timedelta(seconds=seconds))

    def update(self, which: int) -> None:
        if record := self.pick(which, 'not "IsDeleted"'):
            self.org.records.update("Account", record, self.name())

    def delete(self, which: int) -> None:
        if record := self.pick(which, 'not "IsDeleted"'):
            self.org.records.delete("Account", record)

    def undelete(self, which: int) -> None:
        if record := self.pick(which, '"IsDeleted" and "MasterRecordId" is null'):
            self.org.records.undelete("Account", record)

    def merge(self, which: tuple[int, int]) -> None:
        winner, loser = (self.pick(each, 'not "IsDeleted"') for each in which)
        if winner and loser and winner != loser:
            self.org.records.merge("Account", winner, [loser])

    def purge(self, which: tuple[int, bool]) -> None:
        record, is_logged = self.pick(which[0], "true"), which[1]
        if record and len(self.ids("true")) > 20:
            self.org.records.purge("Account", record, logged=is_logged)
            # what leaves no trace is found by a whole read only
            self.must_be_whole |= not is_logged

    def pass_time(self, minutes: int) -> None:
        self.org.pass_time(minutes=minutes)

    def night(self, how: tuple[bool, str, tuple[str, str, int] | None], full: bool = False) -> None:
        by_bulk, crash, fault = how
        self.org.pass_time(seconds=30)
        connector = self.connector(bulk_above_rows=0 if by_bulk else 10_000, bulk_page_rows=4)
        if crash == "before the commit":
            self.read_only(connector)
            return
        if fault:
            kind, place, after = fault
            times = None if crash == "by a lasting fault" else 2
            self.org.faults.add(kind, place, after=after, times=times)
        (result,) = self.org.night(self.lake, connector, "account", full=full)
        assert result.error is None or crash == "by a lasting fault", result.error
        self.org.faults.clear()

    def read_only(self, connector: SalesforceConnector) -> None:
        """Read as a night does and lose everything before it is committed."""
        obj = sobject("Account")
        last = self.lake.last_window(self.source, "account")
        window = Window(last.until - obj.lookback, connector.clock() - LAG, last.token) if last else None
        self.org.reads += 1
        staging = self.org.folder / f"lost_{self.org.reads}"
        staging.mkdir()
        connector.read(obj, window or Window(None, connector.clock() - LAG), Reading(self.lake.connection, staging))

    def connector(self, **options: Any) -> SalesforceConnector:
        # describing what is not read would be half of a night
        config = self.org.config(skip_objects=[obj.name for obj in OBJECTS if obj.name != "Account"], **options)
        connector = SalesforceConnector(SourceConfig(self.source, config.type, config.options), sleep=self.org.wait)
        self.org.connectors.append(connector)
        return connector

    def truth(self) -> dict[str, tuple[Any, ...]]:
        rows = self.org.data.execute(
            'select "Id", "IsDeleted", "MasterRecordId", "Name", "SystemModstamp" from Account'
        ).fetchall()
        return {
            record: ("delete", "merged" if master else "soft", master, *told)
            if deleted
            else ("upsert", None, None, *told)
            for record, deleted, master, *told in rows
        }

    def remember(self) -> None:
        """Note the states that the records are in now, and that each may be purged in."""
        for record, state in self.truth().items():
            self.states |= {(record, *state), (record, "delete", "purged", None, *state[3:])}

    def logged(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return for each record the states that the lake has of it, in order."""
        rows = self.lake.connection.execute(
            'select _record_id, _op, _delete_reason, _merged_into, "Name", "SystemModstamp"'
            " from lake.salesforce.account where _source = ? order by _record_id, _loaded_at",
            [self.source],
        ).fetchall()
        return {record: [row[1:] for row in states] for record, states in itertools.groupby(rows, lambda row: row[0])}


@pytest.fixture(scope="module")
def new_history(tmp_path_factory: pytest.TempPathFactory, extensions: Path) -> Iterator[Callable[[], History]]:
    """Makes histories; they share the simulator, emptied each time, and the lake, each as another source."""
    folder, made = tmp_path_factory.mktemp("histories"), []
    with open_org(folder) as org, open_lake(folder, extensions) as lake:

        def new() -> History:
            made.append(None)
            return History(org, lake, f"history_{len(made)}")

        # a narrow object reads the same and faster
        shown = {"Id", "Name", "IsDeleted", "MasterRecordId", "SystemModstamp"}
        fields = {column.name for column in sobject("Account").columns} | {"Customer_Segment__c"}
        org.faults.hidden_fields |= {f"Account.{name}" for name in fields - shown}
        yield new


@pytest.mark.slow
@settings(
    max_examples=HISTORIES,
    derandomize="SALESFORCE_HISTORIES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(acts=ACTS)
def test_any_history_read_in_any_nights_with_crashes_and_faults_ends_in_the_orgs_own_state(
    new_history: Callable[[], History], acts: list[tuple[str, Any]]
) -> None:
    history = new_history()
    for act, what in acts:
        getattr(history, act)(what)
        history.remember()
    history.pass_time(20)
    history.night((False, "no", None), full=history.must_be_whole)
    truth, logged = history.truth(), history.logged()
    found = {record: states[-1] for record, states in logged.items()}
    assert {record: found.get(record) for record in truth} == truth
    # a record that is gone may have been purged in the bin before or after a night saw it there
    assert {found[record][0] for record in found.keys() - truth.keys()} <= {"delete"}
    history.remember()
    for record, states in logged.items():
        # what the log holds did happen, and no row repeats the one before it
        assert {(record, *state) for state in states} <= history.states
        assert all(one != other for one, other in itertools.pairwise(states))
