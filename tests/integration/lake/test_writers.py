"""Several writers and readers on one catalog, SQLite and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from sources.lake import Lake, LakeLocation
from tests.integration.lake.staged import ACCOUNT, UNTIL, commit, current, extract, ledger
from tests.servers import DatabaseServer

WRITERS, COMMITS = 3, 4


@pytest.fixture
def postgres_location(postgres: DatabaseServer, tmp_path: Path, extensions: Path) -> Iterator[LakeLocation]:
    """Return the place of a new lake whose catalog is a database of its own."""
    dsn = f"host={postgres.host} port={postgres.port} user={postgres.user} password='{postgres.password}'"
    with psycopg.connect(f"{dsn} dbname={postgres.database}", autocommit=True) as server:
        server.execute("create database lake_of_writers")
        yield LakeLocation(f"postgres:{dsn} dbname=lake_of_writers", tmp_path / "files", extensions)
        server.execute("drop database lake_of_writers with (force)")


def write_from_all(location: LakeLocation) -> None:
    """Let every writer commit to a table of its own and all of them to the same ledger; then look at the result."""
    with Lake(location) as lake:
        objects = [replace(ACCOUNT, name=f"O{n}", table=f"o{n}") for n in range(WRITERS)]
        lake.declare("sf", objects)

    def write(number: int) -> None:
        with Lake(location) as lake:
            for turn in range(COMMITS):
                row = {"Id": f"r{turn}", "Name": str(number), "Stamp": str(UNTIL)}
                commit(lake, extract(row, obj=objects[number]), run_id=f"w{number}")

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    with Lake(location, read_only=True) as reader:
        for number in range(WRITERS):
            assert current(reader, '"Name"', f"o{number}") == [(str(number),)] * COMMITS
        windows = ledger(reader, "run_id, sum(rows_appended)::int", "windows group by run_id")
        assert windows == [(f"w{n}", COMMITS) for n in range(WRITERS)]


@pytest.mark.slow
def test_writers_on_a_sqlite_catalog_wait_for_each_other_and_lose_nothing(location: LakeLocation) -> None:
    write_from_all(location)


@pytest.mark.slow
def test_writers_on_a_postgres_catalog_wait_for_each_other_and_lose_nothing(postgres_location: LakeLocation) -> None:
    write_from_all(postgres_location)


@pytest.mark.slow
def test_a_postgres_catalog_gives_what_a_sqlite_catalog_gives(postgres_location: LakeLocation, lake: Lake) -> None:
    rows = [{"Id": str(n), "Name": f"n{n}", "Amount": "x" if n == 3 else "1.5", "Stamp": str(UNTIL)} for n in range(40)]
    with Lake(postgres_location) as other:
        for one in (lake, other):
            commit(one, extract(*rows))
            commit(one, extract(*rows[:30], {**rows[5], "Name": "new"}, is_snapshot=True))
        state = '_record_id, _op, _delete_reason, _row_hash, "Name", "Amount"'
        assert current(lake, state) == current(other, state)
        for table, columns in [("windows", "* exclude (committed_at)"), ("rejected_rows", "* exclude (rejected_at)")]:
            assert ledger(lake, columns, table) == ledger(other, columns, table)
