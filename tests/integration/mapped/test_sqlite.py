"""Mapped tables of a SQLite file, where any column may hold anything."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sources.mapped import create
from tests.integration.mapped.conftest import MappedSource

HEAD = """
connection: {kind: sqlite, path: old.sqlite}
clock: select now_at from crm_clock
tables:
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "old.sqlite", isolation_level=None)
    connection.execute("create table crm_clock as select '2026-03-01 02:00:00' as now_at")
    yield connection
    connection.close()


def test_a_value_of_the_wrong_type_is_refused_and_its_row_kept(
    database: sqlite3.Connection, source: MappedSource
) -> None:
    database.execute("create table things (id integer primary key, amount numeric(12, 2), visits int, score real)")
    database.execute("insert into things values (1, 19.99, 3, 0.1), (2, 'much', 'n/a', 0.30000000000000004)")
    source.write(HEAD + "  things: {key: id}")

    assert source.night()["things"].error is None
    assert source.living("old_crm__things", "id, amount, visits, score") == [
        (1, Decimal("19.99"), 3, 0.1),
        (2, None, None, 0.30000000000000004),
    ]
    assert source.rejects() == [("2", "amount", "much"), ("2", "visits", "n/a")]


def test_what_a_table_describes_is_what_a_read_brings(database: sqlite3.Connection, source: MappedSource) -> None:
    database.execute("create table things (id integer primary key, amount numeric(12, 2), day text, seen timestamp)")
    zone = HEAD.replace("kind: sqlite", "kind: sqlite, time_zone: America/Lima")
    source.write(zone + "  things: {key: id, cursor: seen, columns: {day: date}}")
    described = source.described("things")
    assert described == {
        "id": "BIGINT", "amount": "DECIMAL(12,2)", "day": "DATE", "seen": "TIMESTAMP", "seen__utc": "TIMESTAMP"
    }  # fmt: skip
    assert source.night()["things"].error is None
    assert source.columns("old_crm__things") == described


def test_text_that_is_not_utf8_is_refused_and_its_row_kept(database: sqlite3.Connection, source: MappedSource) -> None:
    database.execute("create table people (id integer primary key, name text, visits int)")
    database.execute("insert into people values (1, 'Zoë', 2), (2, cast(x'4dfc6c6c6572' as text), 3)")
    source.write(HEAD + "  people: {key: id}")

    assert source.night()["people"].error is None
    assert source.living("old_crm__people", "id, name, visits") == [(1, "Zoë", 2), (2, None, 3)]
    ((record, field, raw),) = source.rejects()
    assert (record, field) == ("2", "name") and raw.endswith("4DFC6C6C6572")


def test_a_cursor_of_text_times_reads_what_changed_in_every_spelling(
    database: sqlite3.Connection, source: MappedSource
) -> None:
    database.execute("create table people (id integer primary key, changed text)")
    database.execute("insert into people values (1, '2026-02-01 10:00:00'), (2, '2026-02-01')")
    source.write(HEAD + "  people: {key: id, cursor: changed}")
    source.night()
    database.execute("update crm_clock set now_at = '2026-03-02 02:00:00'")
    database.executemany(
        "insert into people values (?, ?)",
        [
            (3, "2026-03-01T12:00"), (4, "2026-03-01 12:00:00.5"), (5, "2026-03-01T14:00:00+02:00"),
            (6, "yesterday"), (7, None), (8, "2026-02-01 09:00:00"),
        ],
    )  # fmt: skip

    read = source.night()["people"].committed
    # the last was written with a stamp long gone by: only a sweep finds such a row
    assert [key for (key,) in source.living("old_crm__people")] == ["1", "2", "3", "4", "5", "6", "7"]
    assert read.rows_read == 5
    assert source.rejects() == [("6", "changed", "yesterday")]


def test_a_cursor_in_seconds_since_1970_reads_what_changed(database: sqlite3.Connection, source: MappedSource) -> None:
    database.execute("create table people (id integer primary key, changed integer)")
    database.execute("insert into people values (1, unixepoch('2026-02-01'))")
    source.write(
        HEAD
        + """
  people:
    key: id
    cursor: changed
    columns: {changed: {type: timestamp, format: epoch}}
"""
    )
    source.night()
    database.execute("update crm_clock set now_at = '2026-03-02 02:00:00'")
    database.execute("insert into people values (2, unixepoch('2026-03-01 12:00')), (3, unixepoch('2026-02-01'))")
    assert source.night()["people"].committed.rows_read == 1
    assert source.rows("select max(_source_modified_at)::varchar from lake.mapped.old_crm__people") == [
        ("2026-03-01 12:00:00",)
    ]


def test_a_cursor_that_is_only_a_date_is_read_until_its_day_is_over(
    database: sqlite3.Connection, source: MappedSource
) -> None:
    database.execute("create table people (id integer primary key, name text, changed date)")
    database.execute("insert into people values (1, 'old', '2026-02-01'), (2, 'today', '2026-03-01')")
    source.write(HEAD + "  people: {key: id, cursor: changed}")
    source.night()
    database.execute("update people set name = 'later today', changed = '2026-03-01' where id = 1")
    database.execute("update crm_clock set now_at = '2026-03-02 02:00:00'")
    assert source.night()["people"].committed.rows_read == 2
    assert source.living("old_crm__people", "name") == [("later today",), ("today",)]


def test_a_sweep_does_not_read_everything_again_for_rows_known_to_be_deleted(
    database: sqlite3.Connection, source: MappedSource
) -> None:
    database.execute("create table people (id integer primary key, changed text, gone integer)")
    database.executemany("insert into people values (?, '2026-02-01 10:00', ?)", [(n, n == 1) for n in range(1, 10)])
    source.write(HEAD + "  people: {key: id, cursor: changed, sweep: true, deleted_when: gone}")
    source.night()
    database.execute("update crm_clock set now_at = '2026-03-02 02:00:00'")
    database.execute("delete from people where id = 2")
    second = source.night()["people"].committed
    assert (second.rows_read, second.rows_deleted) == (0, 1)
    database.execute("insert into people values (2, '2026-02-01 10:00', 0)")
    assert source.night()["people"].committed.rows_appended == 1
    assert len(source.living("old_crm__people")) == 8


def test_of_rows_that_share_a_key_the_newer_stays_though_its_window_is_over(
    database: sqlite3.Connection, source: MappedSource
) -> None:
    database.execute("create table people (id integer, name text, changed text)")
    database.execute("update crm_clock set now_at = '2026-03-02 02:00:00'")
    database.execute("insert into people values (7, 'old', '2026-03-02 01:52:00'), (7, 'new', '2026-03-02 01:58:00')")
    source.write(HEAD + "  people: {key: id, cursor: changed}")
    for _ in range(2):
        source.night()
        # the second window shows the older row only: the newer one lies in its lag
        assert source.living("old_crm__people", "name") == [("new",)]


def test_a_sweep_does_not_read_everything_again_for_rows_that_share_a_key(
    database: sqlite3.Connection, source: MappedSource
) -> None:
    database.execute("create table people (id integer, name text, changed text)")
    database.execute(
        "insert into people values (1, 'a', '2026-01-01'), (7, 'old', '2026-01-02'), (7, 'new', '2026-01-03')"
    )
    source.write(HEAD + "  people: {key: id, cursor: changed, sweep: true}")
    source.night()
    database.execute("update crm_clock set now_at = '2026-03-02 02:00:00'")
    assert source.night()["people"].committed.rows_read == 0
    assert source.living("old_crm__people", "name") == [("a",), ("new",)]


def test_a_row_whose_stamp_was_set_back_is_found_by_a_sweep(database: sqlite3.Connection, source: MappedSource) -> None:
    database.execute("create table people (id integer primary key, name text, changed text)")
    database.execute("insert into people values (1, 'now', '2026-02-01')")
    source.write(HEAD + "  people: {key: id, cursor: changed, sweep: true}")
    source.night()
    database.execute("update crm_clock set now_at = '2026-03-02 02:00:00'")
    database.execute("update people set name = 'restored', changed = '2025-01-01'")
    source.night()
    assert source.living("old_crm__people", "name") == [("restored",)]


def test_a_snapshot_marks_what_is_gone_and_refuses_to_believe_too_much(
    database: sqlite3.Connection, source: MappedSource
) -> None:
    database.execute("create table items (no text, line int, name text, primary key (no, line))")
    database.executemany("insert into items values ('A', ?, 'x')", [(line,) for line in range(10)])
    source.write(HEAD + "  items: {key: [no, line], shrink_limit: 0.2}")
    source.night()

    database.execute("delete from items where line = 4")
    assert source.night()["items"].committed.rows_deleted == 1
    database.execute("delete from items where line > 2")
    assert "snapshot lacks" in str(source.night()["items"].error)
    assert len(source.living("old_crm__items")) == 9


def test_a_missing_file_is_named_and_nothing_is_lost(
    database: sqlite3.Connection, source: MappedSource, tmp_path: Path
) -> None:
    database.execute("create table people (id integer primary key)")
    database.execute("insert into people values (1)")
    source.write(HEAD + "  people: {key: id}")
    source.night()
    (tmp_path / "old.sqlite").rename(tmp_path / "elsewhere.sqlite")
    error = source.night()["people"].error
    assert "there is no file" in str(error) and "old_crm.yaml:2" in str(error)
    assert source.living("old_crm__people") == [("1",)]


@pytest.mark.parametrize(
    ("said", "utc"),
    [
        ("2026-03-01 02:00:00", datetime(2026, 3, 1, 7)),
        ("2026-03-01T02:00:00Z", datetime(2026, 3, 1, 2)),
        ("2026-03-01 02:00:00.250+09:30", datetime(2026, 2, 28, 16, 30, 0, 250_000)),
    ],
)
def test_a_clock_as_text_is_local_unless_it_says_its_zone(
    database: sqlite3.Connection, source: MappedSource, said: str, utc: datetime
) -> None:
    database.execute("update crm_clock set now_at = ?", [said])
    database.commit()
    source.write(HEAD.replace("kind: sqlite", "kind: sqlite, time_zone: America/Lima") + "  people: {key: id}")
    with closing(create(source.config)) as connector:
        assert connector.clock() == utc


def test_a_new_column_that_comes_with_values_is_read_for_rows_that_no_cursor_leads_to(
    database: sqlite3.Connection, source: MappedSource
) -> None:
    database.execute("create table people (id integer primary key, changed text)")
    database.execute("insert into people values (1, '2026-01-05 10:00:00'), (2, '2026-02-05 10:00:00')")
    source.write(HEAD + "  people: {key: id, cursor: changed}")
    source.night()

    database.execute("alter table people add column region text default 'north'")
    database.execute("update crm_clock set now_at = '2026-03-02 02:00:00'")
    assert source.night()["people"].committed.rows_read == 2
    assert source.living("old_crm__people", "id, region") == [(1, "north"), (2, "north")]
    database.execute("update crm_clock set now_at = '2026-03-03 02:00:00'")
    assert source.night()["people"].committed.rows_read == 0


def test_an_amount_that_sqlite_keeps_as_a_real_arrives_with_all_its_digits(
    database: sqlite3.Connection, source: MappedSource
) -> None:
    database.execute("create table sales (id integer primary key, amount decimal(18, 2), rate, note text)")
    database.execute("insert into sales values (1, 12345678901234.57, 0.1 + 0.2, 'ok'), (2, 19.99, 0.07, null)")
    source.write(HEAD + "  sales: {key: id}")
    expected = [(1, Decimal("12345678901234.57"), "0.30000000000000004"), (2, Decimal("19.99"), "0.07")]
    assert source.night()["sales"].error is None
    assert source.living("old_crm__sales", "id, amount, rate") == expected
    # a text that is not UTF-8 makes the table be read in another way
    database.execute("insert into sales values (3, 23456789012345.67, 2, cast(x'4dfc' as text))")
    assert source.night()["sales"].error is None
    assert source.living("old_crm__sales", "id, amount, rate") == [*expected, (3, Decimal("23456789012345.67"), "2")]
