"""Mapped tables of PostgreSQL databases that are not in UTF-8."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from tests.integration.mapped.conftest import MappedSource
from tests.servers import DatabaseServer

MAPPING = """
connection: {{kind: postgres, host: {0.host}, port: {0.port}, user: {0.user}, password: "${{OLD}}", database: encoded}}
tables:
  people: {{key: id}}
  asked: {{query: "select id, name from people", key: id}}
  declared: {{table: people, key: id, columns: {{name: varchar(80)}}}}
"""


@pytest.fixture
def encoded(
    postgres: DatabaseServer, source: MappedSource, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, bytes], None]:
    """Make a database in an encoding, run a statement in it, and write the mapping that reads it."""
    monkeypatch.setenv("OLD", postgres.password)
    own = {"host": postgres.host, "port": postgres.port, "user": postgres.user, "password": postgres.password}

    def make(encoding: str, statement: bytes) -> None:
        with psycopg.connect(**own, dbname=postgres.database, autocommit=True) as server:
            server.execute("drop database if exists encoded with (force)")
            server.execute(f"create database encoded encoding '{encoding}' template template0 locale 'C'")
        with psycopg.connect(**own, dbname="encoded", autocommit=True, client_encoding=encoding) as database:
            database.execute("create table people (id varchar(5) primary key, name text, code char(4), visits int)")
            database.execute(statement)
        source.write(MAPPING.format(postgres))

    return make


def test_a_database_in_another_encoding_is_read_as_what_it_means(
    encoded: Callable[[str, bytes], None], source: MappedSource
) -> None:
    encoded("LATIN1", b"insert into people values ('1', 'M\xfcller', '\xe9', 2)")
    assert [result.error for result in source.night(publish=False).values()] == [None, None, None]
    assert source.living("old_crm__people", "id, name, code, visits") == [("1", "Müller", "é", 2)]
    assert source.living("old_crm__asked", "id, name") == [("1", "Müller")]
    assert source.living("old_crm__declared", "id, name") == [("1", "Müller")]


def test_of_texts_in_several_encodings_those_that_are_not_utf8_are_set_aside_and_their_rows_kept(
    encoded: Callable[[str, bytes], None], source: MappedSource
) -> None:
    encoded("SQL_ASCII", b"insert into people values ('1', 'M\xfcller', 'ab', 2), ('2', 'M\xc3\xbcller', null, null)")
    assert [result.error for result in source.night(publish=False).values()] == [None, None, None]
    assert source.living("old_crm__people", "id, name, code, visits") == [
        ("1", None, "ab", 2),
        ("2", "Müller", None, None),
    ]
    assert source.living("old_crm__asked", "id, name") == [("1", None), ("2", "Müller")]
    assert source.living("old_crm__declared", "id, name") == [("1", None), ("2", "Müller")]
    # the bytes are there, in hexadecimal
    assert source.rejects() == [("1", "name", "\ufdd04DFC6C6C6572")] * 3
