"""Whatever happens in the installation, and however the nights go, the lake ends in the installation's own state.

VTIGER_HISTORIES sets how many histories are tried; without it 200, the same ones every time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.config import Secret
from sources.contract import Connector, Reading, Window
from sources.discovery import create
from sources.lake import Lake, LakeLocation
from tests.installations import START, Installation, mariadb_database
from tests.servers import DatabaseServer

HISTORIES = int(os.environ.get("VTIGER_HISTORIES", "200"))
TABLES = ("vtiger_account", "vtiger_inventoryproductrel")
ONE = st.integers(0, 1_000)

# what users, imports and administrators do, as the name of a method of History and what it acts on
CHANGES = st.one_of(
    st.tuples(st.just("insert"), st.integers(1, 3)),
    # minutes between the stamp and the commit
    st.tuples(st.just("insert_late"), st.integers(1, 2 * 1_440)),
    st.tuples(st.just("save"), ONE),
    st.tuples(st.just("rename_by_sql"), ONE),
    st.tuples(st.just("delete"), ONE),
    st.tuples(st.just("restore"), st.tuples(ONE, st.booleans())),
    st.tuples(st.just("purge"), st.tuples(ONE, st.booleans())),
    st.tuples(st.just("save_lines"), st.tuples(ONE, st.lists(st.integers(1, 2), max_size=3))),
)
# minutes before a night, and whether it crashes before the commit
NIGHTS = st.tuples(st.just("night"), st.tuples(st.sampled_from([1, 30, 1_440]), st.sampled_from([False, False, True])))
ACTS = st.lists(st.one_of(CHANGES, CHANGES, CHANGES, CHANGES, NIGHTS), min_size=4, max_size=12)


class Open:
    """A connector that is not closed after a night: connecting anew each time would be most of what the test does."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connector, name)

    def close(self) -> None:
        """Stay connected."""


class History:
    """One installation from its first record on, and the nights that read it into a source of its own in the lake."""

    def __init__(self, crm: Installation, source: str) -> None:
        self.crm, self.counter, self.line_rows = crm, 0, 0
        self.seen: dict[str, tuple[Any, ...]] = {}
        crm.name, crm.now = source, START
        self.connector = create(crm.config)
        crm.connector = lambda _config: Open(self.connector)
        for table in ("vtiger_crmentity", *TABLES):
            crm.run(f"delete from {table}")
        self.insert(6)

    def keys(self) -> list[int]:
        rows: Any = self.crm.run("select crmid from vtiger_crmentity order by crmid")
        return [key for (key,) in rows]

    def pick(self, which: int) -> int:
        keys = self.keys()
        return keys[which % len(keys)] if keys else 0

    def insert(self, count: int, minutes: int = 0) -> None:
        for _ in range(count):
            self.counter += 1
            stamp = f"date_sub('{self.crm.now}', interval {minutes} minute)"
            self.crm.run(f"insert into vtiger_crmentity values ({self.counter}, 7, 'SalesOrder', {stamp}, {stamp}, 0)")
            self.crm.run(f"insert into vtiger_account values ({self.counter}, 'name')")

    def insert_late(self, minutes: int) -> None:
        self.insert(1, minutes)

    def stamp(self, key: int, change: str = "") -> None:
        self.crm.run(f"update vtiger_crmentity set modifiedtime = '{self.crm.now}'{change} where crmid = {key}")

    def rename_by_sql(self, which: int) -> None:
        self.counter += 1
        name = f"name {self.counter}"
        self.crm.run(f"update vtiger_account set accountname = '{name}' where accountid = {self.pick(which)}")

    def save(self, which: int) -> None:
        self.rename_by_sql(which)
        self.stamp(self.pick(which))

    def delete(self, which: int) -> None:
        self.stamp(self.pick(which), ", deleted = 1")

    def restore(self, how: tuple[int, bool]) -> None:
        which, is_stamped = how
        key = self.pick(which)
        self.crm.run(f"update vtiger_crmentity set deleted = 0 where crmid = {key}")
        if is_stamped:
            self.stamp(key)

    def purge(self, how: tuple[int, bool]) -> None:
        """Empty the bin: the row of the module goes, or lingers."""
        which, is_whole = how
        key = self.pick(which)
        self.crm.run(f"delete from vtiger_crmentity where crmid = {key}")
        if is_whole:
            self.crm.run(f"delete from vtiger_account where accountid = {key}")

    def save_lines(self, how: tuple[int, list[int]]) -> None:
        which, quantities = how
        key = self.pick(which)
        self.crm.run(f"delete from vtiger_inventoryproductrel where id = {key}")
        for number, quantity in enumerate(quantities):
            self.crm.run(
                "insert into vtiger_inventoryproductrel (id, sequence_no, quantity)"
                f" values ({key}, {number}, {quantity})"
            )
        self.stamp(key)

    def night(self, how: tuple[int, bool]) -> None:
        minutes, is_lost = how
        # the windows of two nights never meet in one second
        self.crm.pass_time(minutes=minutes, seconds=1)
        if is_lost:
            self.read_only()
            return
        for result in self.crm.night(*TABLES).values():
            assert result.error is None, result.error
        lines = self.lines()
        gone = {key: ("delete",) for key, state in self.seen.items() if state[0] == "upsert" and key not in lines}
        self.line_rows += len(gone) + sum(self.seen.get(key) != state for key, state in lines.items())
        self.seen |= {**gone, **lines}

    def read_only(self) -> None:
        """Read as a night does and lose everything before it is committed."""
        connector = self.crm.connector(self.crm.config)
        obj = next(each for each in connector.objects() if each.name == TABLES[0])
        last = self.crm.lake.last_window(self.crm.name, obj.table)
        until = connector.clock() - obj.lag
        window = Window(last.until - obj.lookback, until, last.token) if last else Window(None, until)
        self.crm.nights += 1
        staging = self.crm.folder / f"lost_{self.crm.nights}"
        staging.mkdir()
        connector.read(obj, window, Reading(self.crm.lake.connection, staging, last=last))

    def accounts(self) -> dict[str, tuple[Any, ...]]:
        """Return what the lake must say of every account that has its entity."""
        rows: Any = self.crm.run(
            "select accountid, deleted, accountname from vtiger_account join vtiger_crmentity on crmid = accountid"
        )
        return {str(key): ("delete" if deleted else "upsert", name) for key, deleted, name in rows}

    def lines(self) -> dict[str, tuple[Any, ...]]:
        """Return what the lake must say of every line of a document that has its entity."""
        rows: Any = self.crm.run(
            "select id, sequence_no, deleted, quantity from vtiger_inventoryproductrel"
            " join vtiger_crmentity on crmid = id"
        )
        return {
            f"{key}|{number}": ("delete" if deleted else "upsert", int(quantity))
            for key, number, deleted, quantity in rows
        }

    def found(self, table: str, column: str) -> dict[str, tuple[Any, ...]]:
        return {key: tuple(state) for key, *state in self.crm.latest(table, f"_record_id, _op, {column}")}


@pytest.fixture(scope="module")
def new_history(
    tmp_path_factory: pytest.TempPathFactory, extensions: Path, mariadb: DatabaseServer
) -> Iterator[Callable[[], History]]:
    """Makes histories; they share the database, emptied each time, and the lake, each as another source."""
    folder = tmp_path_factory.mktemp("histories")
    made: list[History] = []
    location = LakeLocation(f"sqlite:{folder}/lake/catalog.sqlite", folder / "lake/files", extensions)
    patch = pytest.MonkeyPatch()
    patch.setenv("VTIGER_PASSWORD", mariadb.password)
    given_settings = {
        "kind": "mysql", "host": mariadb.host, "port": mariadb.port, "database": "histories", "user": mariadb.user,
        "password": Secret("${VTIGER_PASSWORD}", folder / "crm_sources.yaml"), "shrink_limit": 1.0,
    }  # fmt: skip
    with mariadb_database(mariadb, "histories") as run, Lake(location) as lake:
        # narrow tables read the same and faster
        run(
            "create table vtiger_crmentity (crmid int primary key, smownerid int, setype varchar(30),"
            " createdtime datetime, modifiedtime datetime, deleted int)"
        )
        run("create table vtiger_account (accountid int primary key, accountname varchar(100))")
        run(
            "create table vtiger_inventoryproductrel (id int, sequence_no int, quantity decimal(25, 3),"
            " lineitem_id int auto_increment primary key)"
        )
        crm = Installation(lake, folder, "vtiger", run, given_settings)

        def new() -> History:
            if made:
                made[-1].connector.close()
            made.append(History(crm, f"history_{len(made)}"))
            return made[-1]

        yield new
    patch.undo()


@pytest.mark.slow
@settings(
    max_examples=HISTORIES,
    derandomize="VTIGER_HISTORIES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(acts=ACTS)
def test_any_history_read_in_any_nights_with_crashes_ends_in_the_installations_own_state(
    new_history: Callable[[], History], acts: list[tuple[str, Any]]
) -> None:
    history = new_history()
    for act, what in acts:
        getattr(history, act)(what)
    # into another week: what SQL changed past every stamp is found by reading all again
    history.night((8 * 1_440, False))
    for table, column, truth in (
        (TABLES[0], "accountname", history.accounts()), (TABLES[1], "quantity::int", history.lines()),
    ):  # fmt: skip
        found = history.found(table, column)
        assert {record: found.get(record) for record in truth} == truth
        assert {found[record][0] for record in found.keys() - truth.keys()} <= {"delete"}
    mine = f"_source = '{history.crm.name}'"
    assert history.crm.rows(f"select count(*) from lake.vtiger.{TABLES[1]} where {mine}") == [(history.line_rows,)]
