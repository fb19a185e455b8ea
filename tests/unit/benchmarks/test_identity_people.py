"""The synthetic people: what the benchmark says of them holds."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.benchmarks.identity.people import People

RECORDS = 4000


def night(folder: Path, people: People, changed: float = 0.0) -> Path:
    people.write(folder, changed)
    return folder


def rows(query: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return night(tmp_path_factory.mktemp("plain"), People(RECORDS))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return night(tmp_path_factory.mktemp("shared"), People(RECORDS, shared=True))


def test_every_record_has_one_true_person_and_622_stand_behind_a_thousand(plain: Path) -> None:
    told = rows(f"select count(*), count(distinct record), count(distinct person) from '{plain}/truth.parquet'")
    assert told == [(RECORDS, RECORDS, 2488)]
    assert rows(f"select count(*) from '{plain}/records.parquet' semi join '{plain}/truth.parquet' using (record)") == [
        (RECORDS,)
    ]


def test_no_two_persons_share_a_mailbox_unless_asked_for(plain: Path, shared: Path) -> None:
    query = (
        "select count(*) from (select email from '{0}/records.parquet' join '{0}/truth.parquet' using (record)"
        " where email is not null group by email having count(distinct person) > 1)"
    )
    assert rows(query.format(plain)) == [(0,)]
    ((several,),) = rows(query.format(shared))
    assert isinstance(several, int) and several > 50


def test_the_same_seed_gives_the_same_people_and_another_seed_others(plain: Path, tmp_path: Path) -> None:
    again = night(tmp_path / "again", People(RECORDS))
    other = night(tmp_path / "other", People(RECORDS, seed=2))
    difference = "select count(*) from (from '{}/records.parquet' except from '{}/records.parquet')"
    assert rows(difference.format(plain, again)) == [(0,)]
    ((changed,),) = rows(difference.format(plain, other))
    assert isinstance(changed, int) and changed > RECORDS * 0.99


def test_a_night_changes_and_adds_as_many_records_as_asked_and_touches_no_other(plain: Path, tmp_path: Path) -> None:
    later = night(tmp_path, People(RECORDS), changed=0.1)
    assert rows(f"select count(*) from '{later}/records.parquet'") == [(RECORDS + 200,)]
    ((changed,),) = rows(f"select count(*) from (from '{plain}/records.parquet' except from '{later}/records.parquet')")
    assert isinstance(changed, int) and 150 < changed < 250
    # who is who does not change
    assert rows(f"select count(*) from (from '{plain}/truth.parquet' except from '{later}/truth.parquet')") == [(0,)]


def test_fields_are_missing_in_their_share(plain: Path) -> None:
    ((first, last, birth, email),) = rows(
        f"""
        select avg((first_name is null)::int), avg((last_name is null)::int), avg((birth_date is null)::int),
               avg((email is null)::int)
        from '{plain}/records.parquet'
        """
    )
    assert first == pytest.approx(0.005, abs=0.004)
    assert last == pytest.approx(0.005, abs=0.004)
    assert birth == pytest.approx(0.31, abs=0.03)
    assert email == pytest.approx(0.2, abs=0.03)
