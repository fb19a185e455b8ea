"""Mapped tables of a real MariaDB server."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pymysql
import pytest

from sources.errors import SourceError
from sources.mapped import create
from tests.integration.mapped.conftest import MappedSource
from tests.servers import DatabaseServer

HEAD = """
connection: {kind: mysql, host: 127.0.0.1, port: "${OLD_PORT}", database: old, user: crm, password: "${OLD_PASSWORD}"}
clock: select now_at from crm_clock
tables:
"""


@pytest.fixture
def database(mariadb: DatabaseServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[pymysql.cursors.Cursor]:
    """An empty database ``old`` with a clock, in a session that takes any date, as old servers do."""
    monkeypatch.setenv("OLD_PORT", str(mariadb.port))
    monkeypatch.setenv("OLD_PASSWORD", mariadb.password)
    connection = pymysql.connect(
        host=mariadb.host, port=mariadb.port, user=mariadb.user, password=mariadb.password, autocommit=True
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("set session sql_mode = 'ALLOW_INVALID_DATES'")
        cursor.execute("drop database if exists old")
        cursor.execute("create database old")
        cursor.execute("use old")
        cursor.execute("create table crm_clock as select timestamp '2026-03-01 02:00:00' as now_at")
        yield cursor


def test_zero_and_impossible_dates_are_refused_and_their_rows_kept(
    database: pymysql.cursors.Cursor, source: MappedSource
) -> None:
    database.execute("create table calls (id int primary key, day date, happened datetime, saved timestamp null)")
    database.execute("insert into calls values (1, '2026-02-27', '2026-02-27 10:00:00', '2026-02-27 10:00:00')")
    database.execute("insert into calls values (2, '0000-00-00', '0000-00-00 00:00:00', null)")
    database.execute("insert into calls values (3, '2026-02-31', '2026-02-28 09:00:00', null)")
    source.write(HEAD + "  calls: {key: id}")

    assert source.night()["calls"].error is None
    assert source.living("old_crm__calls", "id, day, happened") == [
        (1, date(2026, 2, 27), datetime(2026, 2, 27, 10)),
        (2, None, None),
        (3, None, datetime(2026, 2, 28, 9)),
    ]
    assert source.rejects() == [
        ("2", "day", "0000-00-00"), ("2", "happened", "0000-00-00 00:00:00"), ("3", "day", "2026-02-31"),
    ]  # fmt: skip


def test_every_type_of_mariadb_lands_without_loss(database: pymysql.cursors.Cursor, source: MappedSource) -> None:
    database.execute("""
        create table things (
            id int primary key, exact decimal(12, 2), wide decimal(50, 10), flag tinyint(1), big bigint unsigned,
            doc json, token uuid, bytes varbinary(8), word varchar(20) character set latin1,
            code varchar(20) collate utf8mb4_bin, mood enum('glad', 'sad'), spent time, bits bit(8)
        )""")
    database.execute("""
        insert into things values (1, 12.50, 12345678901234567890123456789012345678.5, 2, 18446744073709551615,
            '{"a": 1}', '11111111-1111-1111-1111-111111111111', x'00ff', 'Müller', 'äß', 'glad', '-10:00:00', 5)""")
    source.write(HEAD + "  things: {key: id}")

    assert source.night()["things"].error is None
    columns = "exact, wide, flag, big, doc, token, bytes, word, code, mood, spent, bits"
    assert source.living("old_crm__things", columns) == [
        (
            Decimal("12.50"), "12345678901234567890123456789012345678.5000000000", 2, 18446744073709551615, '{"a": 1}',
            "11111111-1111-1111-1111-111111111111", b"\x00\xff", "Müller", "äß", "glad", "-10:00:00", 5,
        )
    ]  # fmt: skip


def test_a_cursor_reads_only_what_changed_and_rows_whose_stamp_is_zero(
    database: pymysql.cursors.Cursor, source: MappedSource
) -> None:
    database.execute("create table people (id int primary key, name varchar(20), changed datetime)")
    database.execute("insert into people select seq, concat('p', seq), '2026-02-01' from seq_1_to_40")
    source.write(HEAD + "  people: {key: id, cursor: changed}")
    assert source.night()["people"].committed.rows_appended == 40

    database.execute("update crm_clock set now_at = '2026-03-02 02:00:00'")
    database.execute("update people set name = 'new', changed = '2026-03-01 12:00:00' where id = 7")
    database.execute("insert into people values (41, 'zero', '0000-00-00'), (42, 'none', null)")
    second = source.night()["people"].committed
    assert (second.rows_read, second.rows_appended) == (3, 3)


def test_a_float_arrives_with_every_bit_it_has(database: pymysql.cursors.Cursor, source: MappedSource) -> None:
    database.execute("create table ratings (id int primary key, score float, wide double)")
    # 16777215 is the largest odd number a float holds; six digits would make it 16777200
    database.execute("insert into ratings values (1, 16777215, 0.1 + 0.2e0), (2, 0.1, 1e308), (3, 1.5e-38, -7.25)")
    source.write(HEAD + "  ratings: {key: id}\n  asked: {query: 'select id, score from ratings', key: id}")
    assert [result.error for result in source.night().values()] == [None, None]
    expected = [struct.unpack("f", struct.pack("f", value))[0] for value in (16777215, 0.1, 1.5e-38)]
    assert source.living("old_crm__ratings", "id, score") == list(enumerate(expected, 1))
    assert source.living("old_crm__asked", "id, score") == list(enumerate(expected, 1))
    assert source.living("old_crm__ratings", "id, wide") == [(1, 0.30000000000000004), (2, 1e308), (3, -7.25)]


@pytest.mark.parametrize("server_zone", ["+00:00", "-05:00", "+09:30"])
def test_now_is_now_whatever_the_zone_of_the_server(
    database: pymysql.cursors.Cursor, source: MappedSource, server_zone: str
) -> None:
    database.execute("select @@global.time_zone")
    (before,) = database.fetchone() or ("SYSTEM",)
    database.execute("set global time_zone = %s", [server_zone])
    try:
        for clock in ("clock: select now()", "clock: select now(6)", ""):
            head = HEAD.replace("clock: select now_at from crm_clock", clock)
            source.write(head.replace("kind: mysql", "kind: mysql, time_zone: America/Lima") + "  people: {key: id}")
            with closing(create(source.config)) as connector:
                assert abs(connector.clock() - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=1)
    finally:
        database.execute("set global time_zone = %s", [before])


def test_a_clock_without_a_zone_is_in_the_zone_of_the_sources_times(
    database: pymysql.cursors.Cursor, source: MappedSource
) -> None:
    database.execute("update crm_clock set now_at = '2026-10-25 02:30:00'")
    for zone, utc in (
        ("America/Lima", datetime(2026, 10, 25, 7, 30)),  # five hours behind UTC all year
        (
            "Europe/Berlin",
            datetime(2026, 10, 25, 0, 30),
        ),  # of the hour that comes twice the first
    ):
        source.write(HEAD.replace("kind: mysql", f"kind: mysql, time_zone: {zone}") + "  people: {key: id}")
        with closing(create(source.config)) as connector:
            assert connector.clock() == utc


def test_a_wrong_password_is_refused_without_being_shown(
    database: pymysql.cursors.Cursor, source: MappedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLD_PASSWORD", "hunter2")
    source.write(HEAD + "  people: {key: id}")
    error = source.night()["people"].error
    assert isinstance(error, SourceError)
    assert "Access denied" in str(error) and "Check user and password" in str(error)
    assert "hunter2" not in str(error)


def test_a_missing_table_is_named_with_the_nearest_word(database: pymysql.cursors.Cursor, source: MappedSource) -> None:
    database.execute("create table people (id int primary key)")
    source.write(HEAD + "  people: {table: peple, key: id}")
    assert "no table 'peple'; did you mean 'people'?" in str(source.night()["people"].error)
