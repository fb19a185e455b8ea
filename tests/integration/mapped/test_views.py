"""The canonical views over what mapped sources landed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from sources.lake import Lake
from sources.mapped import publish_views
from sources.mapped.entities import entities
from tests.integration.mapped.conftest import MappedSource

PEOPLE = """
connection: {kind: sqlite, path: %s.sqlite}
tables:
  people:
    key: id
    deleted_when: gone = 1
    merged_into: survivor
    entities:
      contacts:
        when: kind = 'P'
        columns:
          last_name: name
          birth_date: try_cast(born as date)
          has_opted_out_of_email: {column: mail, values: {Y: "false", N: "true"}}
      accounts:
        when: kind = 'C'
        columns: {account_name: upper(name), is_person: "false"}
"""
SHOP = """
connection: {kind: sqlite, path: shop.sqlite}
tables:
  lines:
    key: [no, line]
    entities:
      contacts:
        key: email
        columns: {email: email, last_name: name, modified_at: day}
      order_lines:
        columns: {order_record_id: no, line_number: line, line_amount: qty * price}
"""


def people(folder: Path, name: str, *rows: tuple[object, ...]) -> sqlite3.Connection:
    database = sqlite3.connect(folder / f"{name}.sqlite", isolation_level=None)
    database.execute("create table people (id int, kind text, name text, born text, mail text, gone int, survivor int)")
    database.executemany("insert into people values (?, ?, ?, ?, ?, ?, ?)", rows)
    return database


def test_every_entity_has_a_view_with_its_types_even_on_an_empty_lake(lake: Lake) -> None:
    publish_views(lake, [])
    for entity, columns in entities().items():
        described = lake.connection.execute(f"describe lake.mapped.{entity}").fetchall()
        technical = ["_source", "_record_id", "_op", "_delete_reason", "_merged_into"]
        times = ["_source_modified_at", "_loaded_at"]
        assert [row[0] for row in described] == [*technical, *times, *columns]
        assert [row[1].lower() for row in described[7:]] == list(columns.values())
        assert lake.connection.execute(f"select count(*) from lake.mapped.{entity}").fetchone() == (0,)


def test_one_table_feeds_two_entities_and_says_what_became_of_each_record(source: MappedSource, tmp_path: Path) -> None:
    database = people(
        tmp_path, "old_crm",
        (1, "P", "Ada", "1815-12-10", "Y", 0, None), (2, "C", "Acme", None, "N", 0, None),
        (3, "P", "Eda", None, "?", 1, 1), (4, "P", "Bob", "soon", "N", 1, None),
    )  # fmt: skip
    source.write(PEOPLE % "old_crm")
    source.night()
    contacts = "select _record_id, _op, _delete_reason, _merged_into, last_name, birth_date, has_opted_out_of_email"
    assert source.rows(f"{contacts} from lake.mapped.contacts order by all") == [
        ("1", "upsert", None, None, "Ada", date(1815, 12, 10), False),
        ("3", "delete", "merged", "1", "Eda", None, None),
        ("4", "delete", "soft", None, "Bob", None, True),
    ]
    assert source.rows("select _record_id, account_name, is_person from lake.mapped.accounts") == [("2", "ACME", False)]
    assert source.rejects() == [("3", "contacts.has_opted_out_of_email", "?")]

    # a person who turns out to be a company leaves the one entity for the other
    database.execute("update people set kind = 'C' where id = 1")
    source.night()
    latest = "qualify row_number() over (partition by _record_id order by _loaded_at desc) = 1"
    assert source.rows(f"select _op from lake.mapped.contacts where _record_id = '1' {latest}") == [("delete",)]
    assert source.rows(f"select _op from lake.mapped.accounts where _record_id = '1' {latest}") == [("upsert",)]


def test_several_instances_share_an_entity_and_keep_their_own_ids(
    source: MappedSource, another: Callable[[str], MappedSource], tmp_path: Path
) -> None:
    north, south = another("north"), another("south")
    for each, name in ((north, "Nora"), (south, "Sue")):
        people(tmp_path, each.name, (1, "P", name, None, None, 0, None))
        each.write(PEOPLE % each.name)
        each.night()
    publish_views(source.lake, [north.config, south.config])
    assert source.rows("select _source, _record_id, last_name from lake.mapped.contacts order by all") == [
        ("north", "1", "Nora"), ("south", "1", "Sue"),
    ]  # fmt: skip


def test_customers_spread_over_order_lines_are_one_record_each_and_live_while_any_line_does(
    another: Callable[[str], MappedSource], tmp_path: Path
) -> None:
    shop = another("shop")
    database = sqlite3.connect(tmp_path / "shop.sqlite", isolation_level=None)
    database.execute(
        "create table lines (no text, line int, email text, name text, day date, qty int, price decimal(9,2))"
    )
    database.executemany(
        "insert into lines values (?, ?, ?, ?, ?, ?, ?)",
        [
            ("A", 1, "ada@x.com", "Ada", "2026-01-01", 2, 10.5), ("A", 2, "ada@x.com", "Ada", "2026-01-01", 1, 3),
            ("B", 1, "ada@x.com", "Ada L.", "2026-02-01", 1, 1), ("C", 1, "bob@x.com", "Bob", "2026-01-05", 1, 1),
            ("D", 1, None, "Nobody", "2026-01-05", 1, 1),
        ],
    )  # fmt: skip
    shop.write(SHOP)
    shop.night()
    assert shop.rows("select _record_id, _op, last_name from lake.mapped.contacts order by all") == [
        ("ada@x.com", "upsert", "Ada L."), ("bob@x.com", "upsert", "Bob"),
    ]  # fmt: skip
    assert shop.rows("select _record_id, line_amount from lake.mapped.order_lines order by all limit 1") == [
        ("A|1", Decimal("21.00"))
    ]

    database.execute("delete from lines where no in ('B', 'C')")
    shop.night()
    latest = "qualify row_number() over (partition by _record_id order by _loaded_at desc) = 1 order by all"
    assert shop.rows(f"select _record_id, _op, last_name from lake.mapped.contacts {latest}") == [
        ("ada@x.com", "upsert", "Ada L."), ("bob@x.com", "delete", "Bob"),
    ]  # fmt: skip
    assert shop.rows(
        "select max(n) from (select count(*) n from lake.mapped.contacts group by _record_id, _loaded_at)"
    ) == [(1,)]


def test_a_column_whose_type_changed_still_fills_its_canonical_column(source: MappedSource, tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "old_crm.sqlite", isolation_level=None)
    database.execute("create table items (sku text, price int)")
    database.execute("insert into items values ('A', 5)")
    source.write("""
connection: {kind: sqlite, path: old_crm.sqlite}
tables:
  items: {key: sku, entities: {products: {columns: {unit_price_amount: price}}}}
""")
    source.night()
    database.execute("drop table items")
    database.execute("create table items (sku text, price text)")
    database.executemany("insert into items values (?, ?)", [("A", "5"), ("B", "7.25")])
    source.night()
    latest = "qualify row_number() over (partition by _record_id order by _loaded_at desc) = 1 order by all"
    assert source.rows(f"select _record_id, unit_price_amount from lake.mapped.products {latest}") == [
        ("A", Decimal("5.0000")), ("B", Decimal("7.2500")),
    ]  # fmt: skip


def test_a_column_declared_with_another_type_later_still_fills_its_canonical_column(
    source: MappedSource, tmp_path: Path
) -> None:
    database = sqlite3.connect(tmp_path / "old_crm.sqlite", isolation_level=None)
    database.execute("create table items (id int, sku int)")
    database.execute("insert into items values (1, 5)")
    mapping = """
connection: {kind: sqlite, path: old_crm.sqlite}
tables:
  items: {key: id, entities: {products: {columns: {product_code: sku}}}}
"""
    source.write(mapping)
    source.night()
    source.write(mapping.replace("key: id", "key: id, columns: {sku: varchar}"))
    assert source.night()["items"].committed.schema_changes == ("variant sku__varchar BIGINT -> VARCHAR",)
    assert source.rows("select product_code from lake.mapped.products order by _loaded_at") == [("5",), ("5",)]


def test_a_mapping_that_cannot_be_read_leaves_its_views_as_they_were(
    source: MappedSource, another: Callable[[str], MappedSource], tmp_path: Path
) -> None:
    people(tmp_path, "old_crm", (1, "P", "Ada", None, None, 0, None))
    source.write(PEOPLE % "old_crm")
    source.night()
    good = another("good")
    people(tmp_path, "good", (1, "P", "Gus", None, None, 0, None))
    good.write(PEOPLE % "good")
    good.night()

    source.write((PEOPLE % "old_crm").replace("last_name", "lastname"))
    publish_views(source.lake, [source.config, good.config])
    assert source.rows("select _source, last_name from lake.mapped.contacts order by all") == [
        ("good", "Gus"), ("old_crm", "Ada"),
    ]  # fmt: skip


def test_publishing_unchanged_views_changes_nothing_in_the_lake(source: MappedSource, tmp_path: Path) -> None:
    people(tmp_path, "old_crm", (1, "P", "Ada", None, None, 0, None))
    source.write(PEOPLE % "old_crm")
    source.night()
    before = source.rows("select count(*) from ducklake_snapshots('lake')")
    publish_views(source.lake, [source.config])
    assert source.rows("select count(*) from ducklake_snapshots('lake')") == before
