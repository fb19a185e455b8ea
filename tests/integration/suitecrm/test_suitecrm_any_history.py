"""Whatever users, SQL and the scheduler do to the tables, and however nights go, the lake has every state it was shown.

SUITECRM_HISTORIES sets how many histories are tried; without it 200, the same ones every time.
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
from sources.lake import Lake, LakeLocation
from tests.installations import Installation, mariadb_database
from tests.integration.suitecrm.conftest import settings_of
from tests.servers import DatabaseServer

HISTORIES = int(os.environ.get("SUITECRM_HISTORIES", "200"))
ONE = st.integers(0, 1_000)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.integers(1, 3)),
        # minutes before now that a row is stamped: committed long after, or by a slow transaction
        st.tuples(st.just("insert_late"), st.sampled_from([3, 60, 4_000])),
        st.tuples(st.just("update"), ONE),
        st.tuples(st.just("update_late"), ONE),
        st.tuples(st.just("delete"), ONE),
        st.tuples(st.just("flag_by_sql"), ONE),
        st.tuples(st.just("restore"), ONE),
        st.tuples(st.just("prune"), st.just(None)),
        st.tuples(st.just("purge"), ONE),
        st.tuples(st.just("insert_again"), ONE),
        st.tuples(st.just("pass_time"), st.sampled_from([0, 7, 1_440, 8 * 1_440])),
        st.tuples(st.just("night"), st.booleans()),
        st.tuples(st.just("night"), st.just(True)),
    ),
    min_size=3,
    max_size=14,
)
# how a table shows its records: id, whether it is deleted, values
SHOWN = {
    "contacts": "select id, coalesce(deleted, 0), last_name, date_modified from contacts",
    "contacts_cstm": "select id_c, 0, nickname_c, date_modified from contacts_cstm left join contacts on id = id_c",
}
KEPT = {"contacts": "last_name, date_modified", "contacts_cstm": "nickname_c, date_modified"}


class History:
    """Contacts and their custom fields from the first record on, one of the tables read into a source of its own."""

    def __init__(self, crm: Installation, name: str, table: str) -> None:
        self.crm, self.table, self.count = crm, table, 0
        crm.name = name
        self.gone: list[str] = []
        # what each record was when it was shown: the states that its rows in the lake must have, in this order
        self.told: dict[str, list[tuple[Any, ...]]] = {}
        for each in ("contacts", "contacts_cstm"):
            crm.run(f"truncate table {each}")
        self.insert(6)

    def pick(self, which: int, condition: str = "true") -> str | None:
        rows: Any = self.crm.run(f"select id from contacts where {condition} order by id")
        return rows[which % len(rows)][0] if rows else None

    def add(self, key: str, minutes: int = 0) -> None:
        self.count += 1
        stamp = self.crm.now - timedelta(minutes=minutes)
        self.crm.run(f"insert into contacts values ('{key}', 'name {self.count}', '{stamp}', 0)")
        self.crm.run(f"insert into contacts_cstm values ('{key}', 'nick {self.count}')")

    def change(self, key: str | None, change: str, minutes: int = 0) -> None:
        stamp = self.crm.now - timedelta(minutes=minutes)
        self.crm.run(f"update contacts set {change}, date_modified = '{stamp}' where id = '{key}'")

    def insert(self, count: int) -> None:
        for _ in range(count):
            self.add(f"k{self.count:03}")

    def insert_late(self, minutes: int) -> None:
        self.add(f"k{self.count:03}", minutes)

    def update(self, which: int, minutes: int = 0) -> None:
        self.count += 1
        key = self.pick(which)
        self.change(key, f"last_name = 'name {self.count}'", minutes)
        self.crm.run(f"update contacts_cstm set nickname_c = 'nick {self.count}' where id_c = '{key}'")

    def update_late(self, which: int) -> None:
        self.update(which, minutes=8)

    def delete(self, which: int) -> None:
        self.change(self.pick(which), "deleted = 1")

    def flag_by_sql(self, which: int) -> None:
        self.crm.run(f"update contacts set deleted = 1 - deleted where id = '{self.pick(which)}'")

    def restore(self, which: int) -> None:
        self.change(self.pick(which, "deleted = 1"), "deleted = 0")

    def remove(self, condition: str) -> None:
        self.gone += [key for (key,) in self.crm.run(f"select id from contacts where {condition}")]  # type: ignore[attr-defined]
        self.crm.run(f"delete from contacts_cstm where id_c in (select id from contacts where {condition})")
        self.crm.run(f"delete from contacts where {condition}")

    def prune(self, _: None) -> None:
        self.remove("deleted = 1")

    def purge(self, which: int) -> None:
        self.remove(f"id = '{self.pick(which)}'")

    def insert_again(self, which: int) -> None:
        if self.gone:
            self.add(self.gone.pop(which % len(self.gone)))

    def pass_time(self, minutes: int) -> None:
        self.crm.pass_time(minutes=minutes)

    def night(self, is_committed: bool) -> None:
        # what was changed until now is old enough to be read
        self.crm.pass_time(minutes=6)
        if not is_committed:
            self.read_only()
            return
        error = self.crm.night(self.table)[self.table].error
        assert error is None, error
        shown: Any = self.crm.run(SHOWN[self.table])
        now = {key: ("delete", "soft", *kept) if gone else ("upsert", None, *kept) for key, gone, *kept in shown}
        for key in self.told.keys() | now.keys():
            states = self.told.setdefault(key, [])
            state = now.get(key)
            if state is None and states[-1][0] == "upsert":
                states.append(("delete", "purged", *states[-1][2:]))
            elif state is not None and states[-1:] != [state]:
                states.append(state)

    def read_only(self) -> None:
        """Read as a night does and lose everything before it is committed."""
        connector = self.crm.connector(self.crm.config)
        obj = next(each for each in connector.objects() if each.table == self.table)
        last = self.crm.lake.last_window(self.crm.name, self.table)
        until = connector.clock() - obj.lag
        window = Window(last.until - obj.lookback, until, last.token) if last else Window(None, until)
        self.crm.nights += 1
        staging = self.crm.folder / f"lost_{self.crm.nights}"
        staging.mkdir()
        self.crm.lake.declare("suitecrm", [obj])
        connector.read(obj, window, Reading(self.crm.lake.connection, staging, last=last))
        connector.close()


@pytest.fixture(scope="module")
def new_history(
    mariadb: DatabaseServer, tmp_path_factory: pytest.TempPathFactory, extensions: Path
) -> Iterator[Callable[[str], History]]:
    """Makes histories; they share the database, emptied each time, and the lake, each as another source."""
    folder, made = tmp_path_factory.mktemp("histories"), []
    location = LakeLocation(f"sqlite:{folder}/lake/catalog.sqlite", folder / "lake/files", extensions)
    with (
        pytest.MonkeyPatch.context() as patch,
        mariadb_database(mariadb, "suitecrm") as run,
        Lake(location) as lake,
    ):
        patch.setenv("SUITECRM_PASSWORD", mariadb.password)
        # narrow tables read the same and faster
        stamped = "date_modified datetime, deleted tinyint(1)"
        run(f"create table contacts (id char(36) primary key, last_name varchar(100), {stamped})")
        run("create table contacts_cstm (id_c char(36) primary key, nickname_c varchar(100))")
        crm = Installation(lake, folder, "suitecrm", run, settings_of(mariadb, folder), added={"shrink_limit": 1.0})

        def new(table: str) -> History:
            made.append(None)
            return History(crm, f"history_{len(made)}", table)

        yield new


@pytest.mark.slow
@settings(
    max_examples=HISTORIES,
    derandomize="SUITECRM_HISTORIES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(table=st.sampled_from(sorted(SHOWN)), acts=ACTS)
def test_any_history_read_in_any_nights_with_crashes_between_leaves_every_state_it_was_shown_in_and_no_other(
    new_history: Callable[[str], History], table: str, acts: list[tuple[str, Any]]
) -> None:
    history = new_history(table)
    for act, what in acts:
        getattr(history, act)(what)
    history.night(True)
    found: dict[str, list[tuple[Any, ...]]] = {}
    rows = history.crm.rows(
        f"select _record_id, _op, _delete_reason, {KEPT[table]} from lake.suitecrm.{table}"
        f" where _source = '{history.crm.name}' order by _loaded_at"
    )
    for key, *state in rows:
        found.setdefault(key, []).append(tuple(state))
    assert found == history.told
