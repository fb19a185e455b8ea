"""Mapped tables of a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from sources.errors import ConfigError, SourceError, TransientSourceError
from sources.mapped import create
from tests.integration.mapped.conftest import MappedSource
from tests.servers import DatabaseServer

ENVIRONMENT = {"OLD_HOST": "host", "OLD_PORT": "port", "OLD_USER": "user", "OLD_PASSWORD": "password"}
HEAD = """
connection:
  kind: postgres
  host: "${OLD_HOST}"
  port: "${OLD_PORT}"
  database: crm
  user: "${OLD_USER}"
  password: "${OLD_PASSWORD}"
clock: select now_at from crm_clock
tables:
"""


@pytest.fixture
def database(
    postgres: DatabaseServer, source: MappedSource, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection]:
    """An empty database ``crm`` with a clock, and the variables that the mapping's ${NAME} refer to."""
    for variable, attribute in ENVIRONMENT.items():
        monkeypatch.setenv(variable, str(getattr(postgres, attribute)))
    own = {"host": postgres.host, "port": postgres.port, "user": postgres.user, "password": postgres.password}
    with psycopg.connect(**own, dbname=postgres.database, autocommit=True) as server:
        server.execute("drop database if exists crm with (force)")
        server.execute("create database crm")
    with psycopg.connect(**own, dbname="crm", autocommit=True) as connection:
        connection.execute("create table crm_clock as select timestamp '2026-03-01 02:00:00' as now_at")
        yield connection


def tick(database: psycopg.Connection, by: timedelta = timedelta(days=1)) -> None:
    database.execute("update crm_clock set now_at = now_at + %s", [by])


def test_every_type_of_postgres_lands_without_loss(database: psycopg.Connection, source: MappedSource) -> None:
    database.execute("create type mood as enum ('glad', 'sad')")
    database.execute("create domain money_amount as numeric(10, 2)")
    database.execute("""
        create table things (
            id int primary key, exact numeric(12, 2), free numeric, amount money_amount, day date, moment timestamp,
            zoned timestamptz, feeling mood, pair int[], doc jsonb, token uuid, bytes bytea, address inet,
            span int4range, padded char(4), flag boolean
        )""")
    database.execute("""
        insert into things values (1, 12.50, 1.234567890123456789012, 7.05, '2026-02-28', '2026-02-28 10:11:12.123456',
            '2026-02-28 10:00:00+02', 'glad', '{{1,2},{3,4}}', '{"a": 1}', '11111111-1111-1111-1111-111111111111',
            '\\x00ff', '10.0.0.1', '[1,5)', 'ab', true)""")
    source.write(HEAD + "  things: {key: id}")

    assert source.night()["things"].error is None
    columns = "exact, free, amount, day, moment, zoned, feeling, pair, doc, token::varchar, bytes, address, span, flag"
    assert source.living("old_crm__things", columns) == [
        (
            Decimal("12.50"), "1.234567890123456789012", Decimal("7.05"), date(2026, 2, 28),
            datetime(2026, 2, 28, 10, 11, 12, 123456), datetime(2026, 2, 28, 8, 0), "glad", "{{1,2},{3,4}}", '{"a": 1}',
            "11111111-1111-1111-1111-111111111111", b"\x00\xff", "10.0.0.1/32", "[1,5)", True,
        )
    ]  # fmt: skip


def test_values_that_duckdb_would_misread_are_refused_and_their_rows_kept(
    database: psycopg.Connection, source: MappedSource
) -> None:
    database.execute("create table sums (id int primary key, amount numeric(12, 2), at timestamp)")
    database.execute("insert into sums values (1, 'NaN', '2026-01-01'), (2, 3.50, '294260-01-01'), (3, 4, 'infinity')")
    source.write(HEAD + "  sums: {key: id}")

    source.night()
    assert source.living("old_crm__sums", "id, amount") == [(1, None), (2, Decimal("3.50")), (3, Decimal("4.00"))]
    assert source.rejects() == [("1", "amount", "NaN"), ("2", "at", "294260-01-01 00:00:00")]


def test_a_cursor_reads_only_what_changed_and_rows_without_a_stamp(
    database: psycopg.Connection, source: MappedSource
) -> None:
    database.execute("create table people (id int primary key, name text, changed timestamptz)")
    database.execute("insert into people select n, 'p' || n, '2026-02-01' from generate_series(1, 50) as n")
    source.write(HEAD + "  people: {key: id, cursor: changed}")
    assert source.night()["people"].committed.rows_appended == 50

    tick(database)
    database.execute("update people set name = 'new', changed = '2026-03-01 12:00+00' where id = 7")
    database.execute("insert into people values (51, 'no stamp', null), (52, 'wrong century', '2126-01-01')")
    second = source.night()["people"].committed
    assert (second.rows_read, second.rows_appended) == (3, 3)
    assert source.living("old_crm__people", "name")[:1] == [("new",)]


def test_a_row_committed_after_a_newer_version_was_read_is_not_lost_case_37(
    database: psycopg.Connection, postgres: DatabaseServer, source: MappedSource
) -> None:
    database.execute("create table people (id int primary key, version bigserial, changed timestamp)")
    source.write(
        HEAD
        + "  by_time: {table: people, key: id, cursor: changed, lag: 0s, lookback: 10m}\n"
        + "  whole: {table: people, key: id}"
    )
    own = {"host": postgres.host, "port": postgres.port, "user": postgres.user, "password": postgres.password}
    with closing(psycopg.connect(**own, dbname="crm")) as slow:
        slow.execute("insert into people (id, changed) values (1, '2026-03-01 01:58:00')")
        database.execute("insert into people (id, changed) values (2, '2026-03-01 01:59:00')")
        source.night()
        for table in ("by_time", "whole"):
            assert source.living(f"old_crm__{table}", "id, version") == [(2, 2)]
        slow.commit()
    tick(database, timedelta(minutes=5))
    database.execute("insert into people (id, changed) values (3, '2026-03-01 02:04:00')")
    # whoever goes on from the highest version that was read never sees the first row
    assert database.execute("select id from people where version > 2").fetchall() == [(3,)]
    source.night()
    for table in ("by_time", "whole"):
        assert source.living(f"old_crm__{table}", "id, version") == [(1, 1), (2, 2), (3, 3)]


def test_a_sweep_finds_deleted_rows_and_rows_committed_late(database: psycopg.Connection, source: MappedSource) -> None:
    database.execute("create table people (id int primary key, changed timestamp)")
    database.execute("insert into people select n, '2026-02-01' from generate_series(1, 10) as n")
    source.write(HEAD + "  people: {key: id, cursor: changed, sweep: true}")
    source.night()

    tick(database)
    database.execute("delete from people where id = 3")
    database.execute("insert into people values (11, '2026-01-01')")
    source.night()
    assert [int(key) for (key,) in source.living("old_crm__people")] == [1, 10, 11, 2, 4, 5, 6, 7, 8, 9]
    assert source.rows("select _record_id, _delete_reason from lake.mapped.old_crm__people where _op = 'delete'") == [
        ("3", "purged")
    ]

    tick(database)
    database.execute("delete from people where id > 2")
    failed = source.night()["people"].error
    assert failed and "8 of 10 known records are gone" in str(failed)
    assert len(source.living("old_crm__people")) == 10


def test_a_window_follows_the_zone_of_the_sources_naive_times(
    database: psycopg.Connection, source: MappedSource
) -> None:
    database.execute("create table calls (id int primary key, called timestamp)")
    database.execute("update crm_clock set now_at = '2026-07-01 10:00'")  # 08:00 UTC
    source.write(
        HEAD.replace("  kind: postgres", "  kind: postgres\n  time_zone: Europe/Berlin")
        + """
  calls:
    key: id
    cursor: called
    entities:
      interactions: {columns: {occurred_at: "timezone('UTC', timezone('Europe/Berlin', called))"}}
"""
    )
    database.execute("insert into calls values (1, '2026-07-01 09:00')")
    first = source.night()["calls"].committed
    assert first.window.until == datetime(2026, 7, 1, 7, 55)
    assert source.rows("select _source_modified_at, occurred_at from lake.mapped.interactions") == [
        (datetime(2026, 7, 1, 7), datetime(2026, 7, 1, 7))
    ]
    database.execute("insert into calls values (2, '2026-07-01 10:30')")
    tick(database, timedelta(hours=1))
    assert source.night()["calls"].committed.rows_appended == 1


def test_a_clock_that_says_its_zone_is_not_moved_by_the_zone_of_the_sources_naive_times(
    database: psycopg.Connection, source: MappedSource
) -> None:
    clock = "clock: select timestamptz '2026-07-01 10:00+00'"
    zone = "  kind: postgres\n  time_zone: America/New_York"
    source.write(
        HEAD.replace("clock: select now_at from crm_clock", clock).replace("  kind: postgres", zone)
        + "  people: {key: id}"
    )
    with closing(create(source.config)) as connector:
        assert connector.clock() == datetime(2026, 7, 1, 10)


@pytest.mark.parametrize(
    ("variable", "value", "kind", "words"),
    [
        ("OLD_PASSWORD", "hunter2", SourceError, "password authentication failed"),
        ("OLD_PORT", "1", TransientSourceError, "refused"),
    ],
)
def test_a_server_that_refuses_says_so_without_the_password(
    database: psycopg.Connection, source: MappedSource, monkeypatch: pytest.MonkeyPatch,
    variable: str, value: str, kind: type[SourceError], words: str,
) -> None:  # fmt: skip
    database.execute("create table people (id int primary key)")
    source.write(HEAD + "  people: {key: id}")
    monkeypatch.setenv(variable, value)

    error = source.night()["people"].error
    assert type(error) is kind
    assert words in str(error) and "old_crm.yaml:2" in str(error) and "kept" in str(error)
    assert "hunter2" not in str(error) and "correct horse" not in str(error)


def test_an_unset_variable_is_named_with_its_line(
    database: psycopg.Connection, source: MappedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.write(HEAD + "  people: {key: id}")
    monkeypatch.delenv("OLD_PASSWORD")
    error = source.night()["people"].error
    assert isinstance(error, ConfigError)
    assert "old_crm.yaml:8: the environment variable OLD_PASSWORD is not set" in str(error)


def test_a_missing_table_or_column_is_named_with_the_nearest_word_and_the_others_are_read(
    database: psycopg.Connection, source: MappedSource
) -> None:
    database.execute("create table people (person_id int primary key, name text)")
    database.execute("insert into people values (1, 'Ada')")
    source.write(
        HEAD
        + """
  people: {key: person_id}
  folk: {table: peopel, key: person_id}
  typo: {table: people, key: personid}
"""
    )
    results = source.night()
    assert results["people"].committed.rows_appended == 1
    assert "no table 'peopel'; did you mean 'people'?" in str(results["folk"].error)
    assert "old_crm.yaml:14: table 'typo' has no column 'personid'; did you mean 'person_id'?" in str(
        results["typo"].error
    )
    checks = {check.what: check.passed for check in create(source.config).check()}
    assert checks == {"connection": True, "clock": True, "people": True, "folk": False, "typo": False}


def test_the_check_says_what_may_be_seen_and_not_read_and_how_far_the_clocks_are_apart(
    database: psycopg.Connection, source: MappedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.execute("create table people (id int primary key, name text)")
    database.execute("create table salaries (id int primary key, amount numeric)")
    database.execute("drop role if exists reader")
    database.execute("create role reader login password 'only reads'")
    database.execute("grant select on people to reader")
    try:
        monkeypatch.setenv("OLD_USER", "reader")
        monkeypatch.setenv("OLD_PASSWORD", "only reads")
        source.write(
            HEAD.replace("clock: select now_at from crm_clock\n", "") + "  people: {key: id}\n  salaries: {key: id}"
        )
        with closing(create(source.config)) as connector:
            checks = {check.what: check for check in connector.check()}
        assert {what: check.passed for what, check in checks.items()} == {
            "connection": True, "clock": True, "people": True, "salaries": False
        }  # fmt: skip
        assert "permission denied for table salaries" in checks["salaries"].detail
        assert (
            checks["people"].detail == "2 columns, readable" and "from this machine's clock" in checks["clock"].detail
        )
    finally:
        database.execute("drop owned by reader")
        database.execute("drop role reader")


def test_views_and_partitioned_tables_are_read_like_tables(database: psycopg.Connection, source: MappedSource) -> None:
    database.execute("create table sales (id int, day date) partition by range (day)")
    database.execute("create table sales_2026 partition of sales for values from ('2026-01-01') to ('2027-01-01')")
    database.execute("insert into sales select n, '2026-02-01' from generate_series(1, 30) as n")
    database.execute("create view recent as select * from sales where id > 20")
    source.write(HEAD + "  sales: {key: id}\n  recent: {key: id}")
    results = source.night()
    assert [results[name].committed.rows_appended for name in ("sales", "recent")] == [30, 10]


def test_a_query_feeds_a_table_like_any_other(database: psycopg.Connection, source: MappedSource) -> None:
    database.execute("create table people (id int primary key, name text, kind text, changed timestamp)")
    database.execute("insert into people values (1, 'Ada', 'P', '2026-02-01'), (2, 'Acme', 'C', '2026-02-01')")
    source.write(
        HEAD
        + """
  persons:
    query: |
      select id, name, 1.5::numeric as score, changed from people where kind = 'P';
    key: id
    cursor: changed
"""
    )
    assert source.night()["persons"].error is None
    assert source.living("old_crm__persons", "id, name, score") == [(1, "Ada", "1.5")]
