"""Whatever users, merges and slow jobs do to the tables, and however nights go, the lake has every state it was shown.

ODOO_HISTORIES sets how many histories are tried; without it 200, the same ones every time.
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
from tests.installations import Installation
from tests.integration.odoo.installation import installed
from tests.servers import DatabaseServer

HISTORIES = int(os.environ.get("ODOO_HISTORIES", "200"))
ONE = st.integers(0, 1_000)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.integers(1, 3)),
        # minutes before now that a row is stamped: when its transaction began, or restored from a backup
        st.tuples(st.just("insert_late"), st.sampled_from([3, 300, 40_000])),
        st.tuples(st.just("update"), ONE),
        st.tuples(st.just("update_late"), ONE),
        st.tuples(st.just("repoint_by_sql"), st.tuples(ONE, ONE)),
        st.tuples(st.just("merge"), st.tuples(ONE, ONE)),
        st.tuples(st.just("unlink"), ONE),
        st.tuples(st.just("insert_again"), ONE),
        st.tuples(st.just("pass_time"), st.sampled_from([0, 7, 1_440, 8 * 1_440])),
        st.tuples(st.just("night"), st.booleans()),
        st.tuples(st.just("night"), st.just(True)),
    ),
    min_size=3,
    max_size=14,
)
TAGS = "res_partner_res_partner_category_rel"
# how a table shows its records: id, values
SHOWN = {
    "res_partner": "select id::text, name, parent_id, write_date from res_partner",
    TAGS: f"select partner_id || '|' || category_id, partner_id, category_id from {TAGS}",
}
KEPT = {"res_partner": "name, parent_id, write_date", TAGS: "partner_id, category_id"}


class History:
    """Partners and their tags from the first record on, one of the tables read into a source of its own."""

    def __init__(self, crm: Installation, name: str, table: str) -> None:
        self.crm, self.table, self.count = crm, table, 0
        crm.name = name
        self.gone: list[int] = []
        # what each record was when it was shown: the states that its rows in the lake must have, in this order
        self.told: dict[str, list[tuple[Any, ...]]] = {}
        for each in SHOWN:
            crm.run(f"truncate {each}")
        self.insert(6)

    def pick(self, which: int) -> int | None:
        rows: Any = self.crm.run("select id from res_partner order by id")
        return rows[which % len(rows)][0] if rows else None

    def add(self, key: int, minutes: int = 0) -> None:
        self.count += 1
        stamp = self.crm.now - timedelta(minutes=minutes)
        self.crm.run(f"insert into res_partner values ({key}, 'name {self.count}', null, '{stamp}')")
        self.crm.run(f"insert into {TAGS} values ({key}, {self.count % 3})")

    def insert(self, count: int) -> None:
        for _ in range(count):
            self.add(self.count + 1)

    def insert_late(self, minutes: int) -> None:
        self.add(self.count + 1, minutes)

    def update(self, which: int, minutes: int = 0) -> None:
        if key := self.pick(which):
            self.count += 1
            stamp = self.crm.now - timedelta(minutes=minutes)
            named = f"name = 'name {self.count}', write_date = '{stamp}'"
            self.crm.run(f"update res_partner set {named} where id = {key}")
            self.crm.run(f"update {TAGS} set category_id = {self.count % 3} where partner_id = {key}")

    def update_late(self, which: int) -> None:
        self.update(which, minutes=300)

    def repoint_by_sql(self, which: tuple[int, int]) -> None:
        child, parent = self.pick(which[0]), self.pick(which[1])
        if child and parent:
            self.crm.run(f"update res_partner set parent_id = {parent} where id = {child}")

    def merge(self, which: tuple[int, int]) -> None:
        winner, loser = self.pick(which[0]), self.pick(which[1])
        if winner and loser and winner != loser:
            self.crm.run(f"update res_partner set parent_id = {winner} where parent_id = {loser}")
            self.unlink(which[1])

    def unlink(self, which: int) -> None:
        if key := self.pick(which):
            self.gone.append(key)
            self.crm.run(f"delete from {TAGS} where partner_id = {key}")
            self.crm.run(f"delete from res_partner where id = {key}")

    def insert_again(self, which: int) -> None:
        if self.gone:
            self.add(self.gone.pop(which % len(self.gone)), minutes=50_000)

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
        now = {key: ("upsert", None, *kept) for key, *kept in shown}
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
        self.crm.lake.declare("odoo", [obj])
        connector.read(obj, window, Reading(self.crm.lake.connection, staging, last=last))
        connector.close()


@pytest.fixture(scope="module")
def new_history(
    postgres: DatabaseServer, tmp_path_factory: pytest.TempPathFactory, extensions: Path
) -> Iterator[Callable[[str], History]]:
    """Makes histories; they share the database, emptied each time, and the lake, each as another source."""
    folder, made = tmp_path_factory.mktemp("histories"), []
    location = LakeLocation(f"sqlite:{folder}/lake/catalog.sqlite", folder / "lake/files", extensions)
    # narrow tables read the same and faster
    schema = (
        "create table res_partner (id int primary key, name varchar, parent_id int, write_date timestamp);"
        f"create table {TAGS} (partner_id int, category_id int, primary key (partner_id, category_id));"
    )
    with (
        pytest.MonkeyPatch.context() as patch,
        Lake(location) as lake,
        installed(postgres, lake, folder, schema) as crm,
    ):
        patch.setenv("ODOO_PASSWORD", postgres.password)
        crm.added = {"shrink_limit": 1.0}

        def new(table: str) -> History:
            made.append(None)
            return History(crm, f"history_{len(made)}", table)

        yield new


@pytest.mark.slow
@settings(
    max_examples=HISTORIES,
    derandomize="ODOO_HISTORIES" not in os.environ,
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
        f"select _record_id, _op, _delete_reason, {KEPT[table]} from lake.odoo.{table}"
        f" where _source = '{history.crm.name}' order by _loaded_at"
    )
    for key, *state in rows:
        found.setdefault(key, []).append(tuple(state))
    assert found == history.told
