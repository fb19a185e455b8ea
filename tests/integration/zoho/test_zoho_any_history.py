"""Whatever happens in the organization, and however the reading goes, the lake ends in the organization's own state,
and its log says each state that a night could see once, in order, and nothing else.

ZOHO_HISTORIES sets how many histories are tried; without it 200, the same ones every time.
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
from tests.integration.zoho.organization import START, Organization, open_lake, open_organization

HISTORIES = int(os.environ.get("ZOHO_HISTORIES", "200"))
PASSING = ("unavailable", "maintenance", "invalid_token", "too_many_requests", "internal_error_200", "truncated_bytes")
PLACES = (
    "coql",
    "records",
    "ids",
    "deleted",
    "fields",
    "modules",
    "count",
    "bulk_create",
    "bulk_status",
    "bulk_result",
)
ONE = st.integers(0, 1_000)

# what users and workflows do, as the name of a method of History and what it acts on
CHANGES = st.one_of(
    # an import of one second fills more than a page
    st.tuples(st.just("insert"), st.sampled_from([1, 2, 14])),
    st.tuples(st.just("insert_late"), st.integers(1, 14 * 60)),
    st.tuples(st.just("update"), ONE),
    st.tuples(st.just("compute"), ONE),
    st.tuples(st.just("delete"), st.tuples(ONE, st.booleans())),
    st.tuples(st.just("purge"), ONE),
    st.tuples(st.just("restore"), st.tuples(ONE, st.booleans())),
    st.tuples(st.just("merge"), st.tuples(ONE, ONE)),
    # minutes: within one window, over several, into another week, beyond the list of deletes
    st.tuples(st.just("pass_time"), st.sampled_from([0, 1, 9, 30, 1_440, 8 * 1_440, 70 * 1_440])),
)
# how the reading goes: by bulk or not, the way it crashes if it does, and the fault it meets
NIGHTS = st.tuples(
    st.just("night"),
    st.tuples(
        st.booleans(),
        st.sampled_from(["no", "no", "before the commit", "by a lasting fault"]),
        st.one_of(st.none(), st.tuples(st.sampled_from(PASSING), st.sampled_from(PLACES), st.integers(0, 2))),
    ),
)
ACTS = st.lists(st.one_of(CHANGES, CHANGES, NIGHTS), min_size=3, max_size=14)


class History:
    """One organization from its first record on, and the nights that read it into a source of its own in the lake.

    Attributes:
        states: every state that a record ever had, as the log would show it: name, computed value, change time.
        silent: records that only a whole read shows as they are: no change time moved.
        seen: of each night its number, the states that it must have seen, and the records that must be gone after it.
    """

    def __init__(self, organization: Organization, lake: Lake, source: str, module: str) -> None:
        self.organization, self.lake, self.source, self.module = organization, lake, source, module
        self.name_field = "Account_Name" if module == "Accounts" else "Last_Name"
        self.counter, self.deleted = 0, list[str]()
        self.states: dict[str, list[tuple[Any, ...]]] = {}
        self.silent: set[str] = set()
        self.seen: list[tuple[int, dict[str, tuple[Any, ...]], set[str]]] = []
        for table in (module, "_deleted"):
            organization.data.execute(f'delete from "{table}"')
        organization.records._bin.clear()
        organization.simulator.state._late.clear()
        organization.faults.clear()
        organization.faults.page_rows = organization.faults.coql_rows = 6
        organization.faults.bulk_rows = 8
        # each history begins at the same minute, which all of them share
        organization.faults.downloads_a_minute = 1_000_000
        organization.now = START
        # enough living records that the deletes of one history stay under the shrink limit
        self.insert(16)

    def named(self) -> dict[str, Any]:
        self.counter += 1
        return {self.name_field: f"name {self.counter}", "Industry": "none"}

    def living(self) -> dict[str, tuple[Any, ...]]:
        columns = f'id, "{self.name_field}", "Industry", "Modified_Time"'
        rows = self.organization.data.execute(f'select {columns} from "{self.module}" order by id').fetchall()
        return {row[0]: row[1:] for row in rows}

    def pick(self, which: int) -> str | None:
        ids = list(self.living())
        return ids[which % len(ids)] if len(ids) > 10 else None

    def note(self) -> None:
        """Remember the states that records have now."""
        for record, state in self.living().items():
            known = self.states.setdefault(record, [])
            if not known or known[-1] != state:
                known.append(state)

    def insert(self, count: int) -> None:
        self.organization.records.insert_many(self.module, [self.named() for _ in range(count)])

    def insert_late(self, seconds: int) -> None:
        """The look-back and the lag of a window are fifteen minutes together."""
        at = self.organization.now + timedelta(seconds=seconds)
        self.organization.records.insert(self.module, self.named(), visible_at=at)

    def update(self, which: int) -> None:
        if record := self.pick(which):
            self.organization.records.update(self.module, record, self.named())

    def compute(self, which: int) -> None:
        if record := self.pick(which):
            values = {"Industry": f"computed {self.counter}"}
            self.organization.records.update(self.module, record, values, touch=False)
            self.silent.add(record)

    def delete(self, which: tuple[int, bool]) -> None:
        if record := self.pick(which[0]):
            self.organization.records.delete(self.module, record, permanently=which[1])
            if not which[1]:
                self.deleted.append(record)

    def purge(self, which: int) -> None:
        if record := self.pick(which):
            self.organization.records.purge(self.module, record)
            self.silent.add(record)

    def restore(self, which: tuple[int, bool]) -> None:
        if self.deleted:
            record = self.deleted.pop(which[0] % len(self.deleted))
            self.organization.records.restore(self.module, record, touch=which[1])
            if not which[1]:
                self.silent.add(record)

    def merge(self, which: tuple[int, int]) -> None:
        winner, loser = self.pick(which[0]), self.pick(which[1])
        if winner and loser and winner != loser:
            self.organization.records.merge(self.module, winner, [loser])

    def pass_time(self, minutes: int) -> None:
        self.organization.pass_time(minutes=minutes)

    def night(self, how: tuple[bool, str, tuple[str, str, int] | None], full: bool = False) -> None:
        by_bulk, crash, fault = how
        self.organization.pass_time(seconds=30)
        connector = self.organization.connector(self.source, bulk_above_rows=0 if by_bulk else 10_000)
        if crash == "before the commit":
            self.read_only(connector)
            return
        if fault:
            kind, place, after = fault
            times = None if crash == "by a lasting fault" else 2
            self.organization.faults.add(kind, place, after=after, times=times)
        (result,) = self.organization.night(self.lake, connector, self.module.lower(), full=full)
        self.organization.faults.clear()
        self.note()
        if result.committed is None:
            assert crash == "by a lasting fault", result.error
            return
        window = result.committed.window
        if window.since is None:
            self.silent.clear()
        living = {record: state for record, state in self.living().items() if record not in self.silent}
        gone = self.states.keys() - living.keys() - self.silent
        if window.since is not None:
            living = {record: state for record, state in living.items() if state[2] < window.until}
        self.seen.append((self.organization.nights, {key: ("upsert", *state) for key, state in living.items()}, gone))

    def read_only(self, connector: Any) -> None:
        """Read as a night does and lose everything before it is committed."""
        table = self.module.lower()
        obj = next(each for each in connector.objects() if each.name == self.module)
        last = self.lake.last_window(self.source, table)
        until = connector.clock() - obj.lag
        window = Window(last.until - obj.lookback, until, last.token) if last else Window(None, until)
        self.organization.nights += 1
        staging = self.organization.folder / f"lost_{self.organization.nights}"
        staging.mkdir()
        connector.read(obj, window, Reading(self.lake.connection, staging, last=last))

    def log(self) -> dict[str, list[tuple[int, tuple[Any, ...]]]]:
        """Return record → its rows of the log in their order, each with the number of the night that wrote it."""
        columns = f'_record_id, _run_id, _op, "{self.name_field}", "Industry", "Modified_Time"'
        rows = self.lake.connection.execute(
            f"select {columns} from lake.zoho.{self.module.lower()} where _source = ? order by _loaded_at",
            [self.source],
        ).fetchall()
        logged: dict[str, list[tuple[int, tuple[Any, ...]]]] = {}
        for record, run, *row in rows:
            logged.setdefault(record, []).append((int(run.removeprefix("run_")), tuple(row)))
        return logged

    def compare(self, logged: dict[str, list[tuple[int, tuple[Any, ...]]]]) -> None:
        """What changed before the end of a night's window, or of a whole read everything, was in the log after it.

        And each row of the log is another state than the one before it, one that the record had, in its order.
        """
        for night, required, gone in self.seen:
            after = {record: [row for run, row in rows if run <= night] for record, rows in logged.items()}
            assert {record: after[record][-1] for record in required} == required
            assert {after[record][-1][0] for record in gone if after.get(record)} <= {"delete"}
        for record, rows in logged.items():
            had, before = iter(self.states[record]), None
            for _, row in rows:
                if row[0] == "delete":
                    # it keeps the last values, and follows a living state
                    assert before == ("upsert", *row[1:])
                elif before is None or before[1:] != row[1:]:
                    assert row[1:] in had, record
                else:
                    assert before[0] == "delete", record
                before = row


@pytest.fixture(scope="module")
def new_history(tmp_path_factory: pytest.TempPathFactory, extensions: Path) -> Iterator[Callable[[str], History]]:
    """Makes histories; they share the simulator, emptied each time, and the lake, each as another source."""
    folder, made = tmp_path_factory.mktemp("histories"), []
    with open_organization(folder) as organization, open_lake(folder, extensions) as lake:
        # narrow modules read the same and faster
        shown = {"id", "Account_Name", "Last_Name", "Industry", "Modified_Time"}
        for module in ("Accounts", "Leads"):
            fields = organization.simulator.state.schema[module].fields
            hidden = {f"{module}.{each.name}" for each in fields if each.name not in shown}
            organization.faults.hidden_fields |= hidden

        def new(module: str) -> History:
            made.append(None)
            return History(organization, lake, f"history_{len(made)}", module)

        yield new


@pytest.mark.slow
@settings(
    max_examples=HISTORIES,
    derandomize="ZOHO_HISTORIES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(module=st.sampled_from(["Accounts", "Leads"]), acts=ACTS)
def test_any_history_read_in_any_nights_with_crashes_and_faults_ends_in_the_organizations_own_state(
    new_history: Callable[[str], History], module: str, acts: list[tuple[str, Any]]
) -> None:
    history = new_history(module)
    for act, what in acts:
        history.organization.simulator.state.settle()
        getattr(history, act)(what)
        history.note()
    # what commits late is there by then
    history.pass_time(20)
    history.night((False, "no", None), full=bool(history.silent))
    logged = history.log()
    history.compare(logged)
    found = {record: rows[-1][1] for record, rows in logged.items()}
    living = {record: ("upsert", *state) for record, state in history.living().items()}
    assert {record: found.get(record) for record in living} == living
    assert {found[record][0] for record in found.keys() - living.keys()} <= {"delete"}
