"""``sources describe`` and ``ingest``: what a source has, and reading it outside a night."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.describing import describe_object, describe_source
from pipelines.lakes import keep_open, open_lake
from pipelines.settings import Settings
from tests.integration.pipelines import nights

pytestmark = pytest.mark.slow

MAPPING = """
connection: {kind: sqlite, path: shop.sqlite}
clock: select now_at from clock
tables:
  customers: {key: id, cursor: changed_at, columns: {changed_at: timestamp}}
  products: {key: sku, shrink_limit: 1}
  orders: {key: id, cursor: changed_at, sweep: true, shrink_limit: 1, columns: {changed_at: timestamp}}
"""
DAYS = (1, 2)
CUSTOMERS = "create table customers (id integer primary key, name text, changed_at text)"


class Shop:
    """A home with one mapped source, ``shop``, over a SQLite file."""

    def __init__(self, home: Path, mapping: str = MAPPING) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        (home / "crm_sources.yaml").write_text("sources: {shop: {type: mapped, mapping: shop.yaml}}")
        (home / "shop.yaml").write_text(mapping)
        self.execute(
            "create table clock (now_at text); insert into clock values ('2026-03-01 02:00:00');"
            f"{CUSTOMERS}; create table products (sku text, price numeric(10, 2));"
            "create table orders (id integer primary key, changed_at text);"
        )

    def execute(self, script: str) -> None:
        """Run statements on the source."""
        with closing(sqlite3.connect(self.home / "shop.sqlite", isolation_level=None)) as connection:
            connection.executescript(script)

    def trade(self, day: int) -> None:
        """Let a day of March pass: rows come, change and go, and one is stamped too early."""
        self.execute(
            f"update clock set now_at = '2026-03-{day + 1:02} 02:00:00';"
            "with recursive n(value) as (select 1 union all select value + 1 from n where value < 40)"
            f" insert into customers select value + {day} * 100, 'name ' || value, '2026-03-{day:02} 12:00' from n;"
            f"update customers set name = 'changed', changed_at = '2026-03-{day:02} 13:00' where id % 7 = {day};"
            f"insert into products values ('p{day}', {day}.50); delete from products where sku = 'p{day - 1}';"
            f"insert into orders values ({day}, '2026-03-{day:02} 14:00:00'); delete from orders where id = {day - 1};"
        )

    def run(self, *words: str) -> Result:
        """Run a command on this home, in this process."""
        before = dict(os.environ)
        try:
            os.environ["CRM_HOME"] = str(self.home)
            return CliRunner().invoke(app, list(words))
        finally:
            os.environ.clear()
            os.environ.update(before)

    def ingest(self, *words: str) -> str:
        """Read the source and return what was said, as one line."""
        done = self.run("ingest", "shop", *words)
        assert done.exit_code == 0, done.output
        return " ".join(done.output.split())

    def numbers(self) -> dict[str, tuple[int, ...]]:
        """Return table -> rows read, appended, unchanged and deleted of its last window."""
        with open_lake(self.settings) as lake:
            rows = lake.connection.execute(
                "select object, rows_read, rows_appended, rows_unchanged, rows_deleted from lake.ingest.windows"
                " qualify row_number() over (partition by object order by committed_at desc) = 1"
            ).fetchall()
        return {row[0]: row[1:] for row in rows}

    @property
    def settings(self) -> Settings:
        return Settings(self.home, self.home / "crm_sources.yaml", f"sqlite:{self.home}/lake/catalog.sqlite")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The source after two days, each read once."""
    shop = Shop(tmp_path_factory.mktemp("shop") / "home")
    # to open the lake costs more than these readings
    with keep_open(shop.settings):
        for day in DAYS:
            shop.trade(day)
            shop.ingest()
        yield shop


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Shop]:
    """The source before anything was read."""
    shop = Shop(tmp_path / "home")
    with keep_open(shop.settings):
        yield shop


def test_a_source_is_described_before_it_was_ever_read_and_without_asking_it(empty: Shop) -> None:
    (empty.home / "shop.sqlite").rename(empty.home / "away.sqlite")
    found = {each.object.name: each for each in describe_source(empty.settings, "shop")}
    assert [(name, each.log, each.read_until, each.rows) for name, each in found.items()] == [
        (name, f"mapped.shop__{name}", None, None) for name in ("customers", "products", "orders")
    ]
    assert found["customers"].object.deletes_by.startswith("not found")
    assert found["products"].object.deletes_by == "absence from each read"
    assert found["orders"].object.deletes_by == "a comparison of all keys"
    shown = empty.run("sources", "describe", "shop")
    assert shown.exit_code == 0 and "never" in shown.output and "changed_at" in shown.output


def test_columns_are_shown_as_new_before_anything_was_read(empty: Shop) -> None:
    found = describe_object(empty.settings, "shop", "customers")
    assert [(each.name, each.type, each.is_declared, each.state) for each in found] == [
        ("id", "BIGINT", False, "new"),
        ("name", "VARCHAR", False, "new"),
        ("changed_at", "TIMESTAMP", True, "new"),
    ]


def test_a_description_tells_what_the_lake_has_and_what_the_next_reading_would_bring(shop: Shop) -> None:
    read = {each.object.name: (str(each.read_until), each.rows) for each in describe_source(shop.settings, "shop")}
    # two products came and one went, and so did the orders
    assert read["products"] == ("2026-03-03 02:00:00", 3) and read["orders"][1] == 3
    shop.execute(
        "alter table customers rename to old_customers;"
        "create table customers (id text, name text, vip boolean, changed_at text);"
    )
    try:
        found = describe_object(shop.settings, "shop", "shop__customers")
        assert [(each.name, each.state) for each in found] == [
            ("id", "new as id__varchar: the lake has another type, BIGINT"),
            ("name", "in the lake"),
            ("vip", "new"),
            ("changed_at", "in the lake"),
            ("id", "in the lake, not in this source now"),
        ]
        shown = shop.run("sources", "describe", "shop", "customers")
        assert shown.exit_code == 0 and "id__varchar" in shown.output
    finally:
        shop.execute("drop table customers; alter table old_customers rename to customers")


def test_unknown_names_are_answered_with_the_nearest_ones(shop: Shop) -> None:
    for words, said in (
        (("sources", "describe", "shpo"), "there is no source 'shpo'; did you mean 'shop'?"),
        (("sources", "describe", "shop", "costumers"), "has no object 'costumers'; did you mean 'customers'?"),
        (("ingest", "shpo"), "there is no source 'shpo'; did you mean 'shop'?"),
        (("ingest", "shop", "--object", "order"), "has no object 'order'; did you mean 'orders'?"),
    ):
        shown = shop.run(*words)
        assert shown.exit_code == 1 and said in shown.output, shown.output


def test_a_bad_date_is_a_clear_error_and_nothing_is_read(empty: Shop) -> None:
    for words, said in (
        (("--since", "2024-13-01"), "does not match the formats '%Y-%m-%d', '%Y-%m-%dT%H:%M'"),
        (("--since", "yesterday"), "does not match the formats"),
        (("--since", "2999-01-01"), "--since 2999-01-01T00:00:00 lies in the future"),
        (("--since", "2024-01-01", "--full"), "exclude each other"),
    ):
        shown = empty.run("ingest", "shop", *words)
        told = " ".join(shown.output.replace("│", " ").split())
        assert shown.exit_code != 0 and said in told, told
    assert not (empty.home / "lake").exists()


def test_only_the_objects_named_are_read(empty: Shop) -> None:
    empty.trade(1)
    said = empty.ingest("--object", "orders", "--object", "shop__products")
    assert empty.numbers() == {"orders": (1, 1, 0, 0), "products": (1, 1, 0, 0)}
    assert "shop__orders" in said and "customers" not in said


def test_reading_again_leaves_the_lake_of_undisturbed_readings(shop: Shop, empty: Shop) -> None:
    again = empty
    for day in DAYS:
        again.trade(day)
        again.ingest()
        again.ingest("--since", f"2026-03-{day:02}T12:30")
        # what was stamped before is not asked for
        known = [came * 100 + number for came in range(1, day + 1) for number in range(1, 41)]
        changed = sum(record % 7 == day for record in known)
        assert again.numbers()["customers"] == (changed, 0, changed, 0)
        again.ingest("--full")
        assert again.numbers()["customers"] == (40 * day, 0, 40 * day, 0)
        assert {numbers[1] for numbers in again.numbers().values()} == {0}
    assert nights.lake_content(again.home) == nights.lake_content(shop.home)
    assert nights.cursors(again.home) == nights.cursors(shop.home)


def test_a_row_with_a_stamp_from_before_the_cursor_comes_with_since(empty: Shop) -> None:
    empty.trade(1)
    empty.ingest()
    empty.execute("insert into customers values (7, 'late', '2026-02-10 09:00:00')")
    empty.ingest()
    assert empty.numbers()["customers"][1] == 0
    empty.ingest("--since", "2026-02-10", "--object", "customers")
    assert empty.numbers()["customers"] == (41, 1, 40, 0)


def test_an_object_that_fails_is_told_and_the_exit_code_says_so_and_the_others_are_read(empty: Shop) -> None:
    empty.trade(1)
    empty.execute("drop table orders")
    shown = empty.run("ingest", "shop")
    said = " ".join(shown.output.split())
    assert shown.exit_code == 1
    assert "shop.orders: the source has no table 'orders'" in said and "failed" in said
    assert set(empty.numbers()) == {"customers", "products"}


def test_a_reading_waits_for_no_one_and_says_who_is_at_work(empty: Shop) -> None:
    from pipelines.locking import only_run

    with only_run(empty.settings, "another"):
        shown = empty.run("ingest", "shop")
    assert shown.exit_code == 1 and "busy with run another" in shown.output


def test_a_reading_that_is_killed_is_continued_by_the_same_command(shop: Shop, tmp_path: Path) -> None:
    killed, kills = Shop(tmp_path / "killed"), 0
    for day in DAYS:
        killed.trade(day)
        for delay in (0.05, 0.3):
            kill = nights.Kill("Read shop", delay)
            kills += nights.crm_warehouse(killed.home, "ingest", "shop", kill=kill).code < 0
        killed.ingest()
    assert kills >= 2
    assert nights.lake_content(killed.home) == nights.lake_content(shop.home)
    assert nights.cursors(killed.home) == nights.cursors(shop.home)
