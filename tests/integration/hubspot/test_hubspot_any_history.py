"""Whatever happens in the account, and however the reading goes, the lake ends in the account's own state.

HUBSPOT_HISTORIES sets how many histories are tried; without it 200, the same ones every time.
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
from tests.integration.hubspot.account import START, Account, current, open_account, open_lake

HISTORIES = int(os.environ.get("HUBSPOT_HISTORIES", "200"))
PASSING = ("unavailable", "maintenance", "expired", "rolling", "locked", "dropped", "truncated_bytes")
PLACES = ("list", "search", "batch", "properties")
PAGES = (("empty_page", "list"), ("short_page", "list"), ("empty_page", "search"), ("short_page", "search"))
KIND = "p1_things"
State = tuple[str, str | None, str | None, str | None, str | None]
ONE = st.integers(0, 1_000)

# how the account merges and how late its search is, together with the latest commit less than what a window overlaps
ACCOUNTS = st.fixed_dictionaries(
    {
        "keeps_primary_id": st.sampled_from([False, False, True]),
        "lists_merged": st.booleans(),
        "index_lag": st.sampled_from([0, 0, 10, 290]),
    }
)
# what users and apps do, as the name of a method of History and what it acts on
CHANGES = st.one_of(
    st.tuples(st.just("insert"), st.integers(1, 6)),
    st.tuples(st.just("insert_late"), st.integers(1, 60)),
    st.tuples(st.just("update"), ONE),
    st.tuples(st.just("compute"), ONE),
    st.tuples(st.just("archive"), ONE),
    st.tuples(st.just("restore"), ONE),
    st.tuples(st.just("erase"), ONE),
    st.tuples(st.just("merge"), st.tuples(ONE, ONE)),
    # minutes: within one window, over several, into another week
    st.tuples(st.just("pass_time"), st.sampled_from([0, 1, 9, 1_440, 8 * 1_440])),
)
# how the reading goes: the way it crashes if it does, and the fault it meets
NIGHTS = st.tuples(
    st.just("night"),
    st.tuples(
        st.sampled_from(["no", "no", "before the commit", "by a lasting fault"]),
        st.one_of(
            st.none(),
            st.tuples(st.sampled_from(PASSING), st.sampled_from(PLACES)),
            st.sampled_from(PAGES),
            st.just(("partial", "batch")),
        ),
    ),
)
ACTS = st.lists(st.one_of(CHANGES, CHANGES, NIGHTS), min_size=3, max_size=14)


class History:
    """One account from its first record on, and the nights that read it into a source of its own in the lake."""

    def __init__(self, account: Account, lake: Lake, source: str, **setting: Any) -> None:
        self.account, self.lake, self.source = account, lake, source
        self.records = account.records
        for table in (KIND, "_merged"):
            account.data.execute(f"delete from {table}")
        account.simulator.state.indexed.clear()
        account.faults.clear()
        account.faults.keeps_primary_id = setting["keeps_primary_id"]
        account.faults.lists_merged = setting["lists_merged"]
        account.faults.index_lag = timedelta(minutes=setting["index_lag"])
        account.now = START
        self.counter = 0
        self.late = timedelta(0)
        self.erased: set[str] = set()
        self.merged: dict[str, str] = {}
        # every state that a record was ever in
        self.states: dict[str, set[State]] = {}
        # enough living records that the deletes of one history stay under the shrink limit
        self.insert(30)

    def name(self) -> dict[str, str]:
        self.counter += 1
        return {"name": f"name {self.counter}"}

    def rows(self, condition: str = "true") -> list[tuple[str, bool, str | None, str | None]]:
        query = f"select _id, _archived, name, score from {KIND} where {condition} order by cast(_id as bigint)"
        return self.account.data.execute(query).fetchall()

    def pick(self, which: int, condition: str = "not _archived") -> str | None:
        rows = self.rows(condition)
        return rows[which % len(rows)][0] if rows else None

    def remember(self) -> None:
        """Keep the states that records are in now."""
        for record, archived, name, score in self.rows():
            known = ("delete", "soft", None) if archived else ("upsert", None, None)
            self.states.setdefault(record, set()).add((*known, name, score))

    def has_enough(self) -> bool:
        return len(self.rows("not _archived")) > 20

    def insert(self, count: int) -> None:
        self.records.insert_many(KIND, [self.name() for _ in range(count)])

    def insert_late(self, minutes: int) -> None:
        at = self.account.now + timedelta(minutes=minutes)
        self.records.insert(KIND, self.name(), visible_at=at)

    def update(self, which: int) -> None:
        if record := self.pick(which):
            self.records.update(KIND, record, self.name())

    def compute(self, which: int) -> None:
        if record := self.pick(which):
            self.counter += 1
            self.records.update(KIND, record, {"score": str(self.counter)}, touch=False)

    def archive(self, which: int) -> None:
        record = self.pick(which)
        if record and self.has_enough():
            self.records.archive(KIND, record)

    def restore(self, which: int) -> None:
        record = self.pick(which, "_archived")
        # one that was merged away cannot be brought back
        if record and record not in self.merged:
            self.records.restore(KIND, record)

    def erase(self, which: int) -> None:
        record = self.pick(which, "true")
        if record and self.has_enough() and record not in self.merged:
            self.records.erase(KIND, record)
            self.erased.add(record)

    def merge(self, which: tuple[int, int]) -> None:
        primary, other = self.pick(which[0]), self.pick(which[1])
        if primary and other and primary != other and self.has_enough():
            survivor = self.records.merge(KIND, primary, other)
            for gone in {primary, other} - {survivor}:
                self.merged[gone] = survivor

    def pass_time(self, minutes: int) -> None:
        self.account.pass_time(minutes=minutes)
        self.account.simulator.state.settle()

    def night(self, how: tuple[str, tuple[str, str] | None]) -> None:
        crash, fault = how
        self.pass_time(1)
        self.remember()
        connector = self.account.connector(self.source, extra_objects=[KIND])
        if crash == "before the commit":
            self.read_only(connector)
            return
        lasts = crash == "by a lasting fault" and fault is not None and fault not in PAGES
        if fault:
            self.account.faults.add(*fault, times=None if lasts else 2)
        (result,) = self.account.night(self.lake, connector, KIND)
        assert result.error is None or lasts, result.error
        self.account.faults.clear()

    def read_only(self, connector: Any) -> None:
        """Read as a night does and lose everything before it is committed."""
        obj = next(each for each in connector.objects() if each.name == KIND)
        last = self.lake.last_window(self.source, KIND)
        until = connector.clock() - obj.lag
        self.lake.declare("hubspot", [obj])
        window = Window(last.until - obj.lookback, until) if last else Window(None, until)
        self.account.nights += 1
        staging = self.account.folder / f"lost_{self.account.nights}"
        staging.mkdir()
        log = lambda table: self.lake.log_of("hubspot", self.source, table)  # noqa: E731
        connector.read(obj, window, Reading(self.lake.connection, staging, log=log))

    def survivor(self, record: str) -> str:
        while record in self.merged:
            record = self.merged[record]
        return record

    def check(self, *, whole: bool) -> None:
        """Compare the lake with the account; not ``whole``, without what only a whole read can tell."""
        found = current(self.lake, KIND, "name", "score", source=self.source)
        for record, archived, name, score in self.rows():
            op, reason, into, *seen = found[record]
            values = seen if whole else seen[:1]
            if record in self.merged:
                continue
            assert (op, *values) == ("delete" if archived else "upsert", *([name, score] if whole else [name]))
            assert (reason, into) == (("soft" if archived else None), None), record
        for record in found.keys() & self.merged.keys():
            if self.survivor(record) not in self.erased:
                assert found[record][:3] == ("delete", "merged", self.survivor(record)), record
            elif whole:
                assert found[record][0] == "delete", record
        if whole:
            living = {row[0] for row in self.rows("not _archived")}
            assert {record for record, state in found.items() if state[0] == "upsert"} == living

    def check_log(self) -> None:
        """Nothing is in the log that never was so, and no row repeats the one before it."""
        rows = self.lake.connection.execute(
            f"select _record_id, _op, _delete_reason, _merged_into, name, score, _row_hash from lake.hubspot.{KIND}"
            f" where _source = '{self.source}' order by _record_id, _loaded_at"
        ).fetchall()
        for before, row in zip([None, *rows], rows, strict=False):
            record, op, reason, into, *values, _ = row
            assert row != before
            known = self.states[record]
            assert tuple(values) in {state[3:] for state in known}, record
            if reason == "merged":
                assert self.survivor(into or "") == self.survivor(record)
            elif reason == "purged":
                assert record in self.erased or self.survivor(record) in self.erased
            elif record not in self.merged:
                # one that was merged away may be listed as archived before the survivor is found
                assert (op, reason) in {state[:2] for state in known}


@pytest.fixture(scope="module")
def new_history(tmp_path_factory: pytest.TempPathFactory, extensions: Path) -> Iterator[Callable[..., History]]:
    """Makes histories; they share the simulator, emptied each time, and the lake, each as another source."""
    folder, made = tmp_path_factory.mktemp("histories"), []
    with open_account(folder) as account, open_lake(folder, extensions) as lake:
        # an object of few properties reads the same and faster
        columns = "_id varchar, _created_at timestamp, _updated_at timestamp, _archived boolean, _archived_at timestamp"
        account.data.execute(
            f"create table {KIND} ({columns}, name varchar, score varchar, hs_merged_object_ids varchar)"
        )
        account.simulator.state.refresh_schema()
        account.faults.page_rows, account.faults.search_rows = 20, 4

        def new(**setting: Any) -> History:
            made.append(None)
            return History(account, lake, f"history_{len(made)}", **setting)

        yield new


@pytest.mark.slow
@settings(
    max_examples=HISTORIES,
    derandomize="HUBSPOT_HISTORIES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(setting=ACCOUNTS, acts=ACTS)
def test_any_history_read_in_any_nights_with_crashes_and_faults_ends_in_the_accounts_own_state(
    new_history: Callable[..., History], setting: dict[str, Any], acts: list[tuple[str, Any]]
) -> None:
    history = new_history(**setting)
    for act, what in acts:
        getattr(history, act)(what)
        history.remember()
    # what commits late, and what the search shows late, is there by then
    history.pass_time(6 * 60)
    history.night(("no", None))
    history.check(whole=False)
    history.pass_time(8 * 1_440)
    history.night(("no", None))
    history.check(whole=True)
    history.check_log()
