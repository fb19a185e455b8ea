"""A legacy CRM read by its object table, whatever of it an installation has."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.config import Secret
from sources.errors import ConfigError, SourceError
from sources.lake import Lake
from tests.installations import Installation, postgres_database
from tests.integration.databases.conftest import made_up_connector
from tests.servers import DatabaseServer


def counts(crm: Installation, table: str) -> tuple[int, int, int]:
    """Read one table; return the rows read, appended and deleted."""
    done = crm.night(table)[table]
    assert done.error is None and done.committed, done.error
    return done.committed.rows_read, done.committed.rows_appended, done.committed.rows_deleted


def test_a_night_reads_what_changed_since_the_last(crm: Installation) -> None:
    assert counts(crm, "people") == (2, 2, 0)
    crm.pass_time(days=1)
    crm.run("update people set name = 'Anne', changed = '2024-03-04 12:00:00' where id = 'a'")
    assert counts(crm, "people") == (1, 1, 0)
    assert crm.latest("people", "_record_id, name, _source_modified_at::varchar") == [
        ("a", "Anne", "2024-03-04 12:00:00"), ("b", "Bo", "2024-03-01 00:00:00"),
    ]  # fmt: skip


def test_a_change_that_sets_the_date_back_is_no_late_copy(crm: Installation) -> None:
    assert counts(crm, "people") == (2, 2, 0)
    crm.pass_time(days=1)
    crm.run("update people set name = 'Anne', changed = '2024-03-04 12:00:00' where id = 'a'")
    assert counts(crm, "people") == (1, 1, 0)
    # a slow transaction's, or a backup that was put back
    crm.run("update people set name = 'Ann Old', changed = '2024-03-04 11:00:00' where id = 'a'")
    crm.pass_time(days=7)
    assert counts(crm, "people")[1] == 1
    assert crm.latest("people", "_record_id, name")[0] == ("a", "Ann Old")


def test_a_table_without_a_date_is_read_by_the_date_of_the_record_it_belongs_to(crm: Installation) -> None:
    assert counts(crm, "people_custom") == (2, 2, 0)
    crm.pass_time(days=1)
    crm.run("update people_custom set shoe_size = 39 where person_id = 'a'")
    crm.run("update people set changed = '2024-03-04 12:00:00' where id = 'a'")
    assert counts(crm, "people_custom") == (1, 1, 0)
    assert crm.latest("people_custom", "_record_id, shoe_size, changed::varchar") == [
        ("a", 39, "2024-03-04 12:00:00"), ("b", 44, "2024-03-01 00:00:00"),
    ]  # fmt: skip


def test_a_soft_deleted_row_is_a_delete_and_so_is_one_that_vanished_later(crm: Installation) -> None:
    crm.night("people")
    crm.pass_time(days=1)
    crm.run("update people set deleted = 1, changed = '2024-03-04 12:00:00' where id = 'a'")
    assert counts(crm, "people") == (1, 1, 1)
    assert crm.latest("people") == [("a", "delete", "soft"), ("b", "upsert", None)]
    crm.run("delete from people where id = 'a'")
    crm.pass_time(days=1)
    assert counts(crm, "people") == (0, 0, 0)
    crm.run("insert into people values ('a', 'Ann', 1, 0, '2024-03-06 12:00:00')")
    crm.pass_time(days=1)
    assert counts(crm, "people") == (1, 1, 0)
    assert crm.latest("people")[0] == ("a", "upsert", None)


def test_a_row_deleted_without_trace_is_found_by_its_key(crm: Installation) -> None:
    crm.night("people")
    crm.pass_time(days=1)
    crm.run("delete from people where id = 'b'")
    assert counts(crm, "people") == (0, 0, 1)
    assert crm.latest("people") == [("a", "upsert", None), ("b", "delete", "purged")]


def test_a_row_inserted_again_under_an_old_key_with_an_old_stamp_is_found(crm: Installation) -> None:
    """Between two nights, so that its key never seemed gone."""
    crm.night("people")
    crm.pass_time(days=1)
    crm.run("delete from people where id = 'b'")
    crm.run("insert into people values ('b', 'Bob', 1, 0, '2019-01-01')")
    assert counts(crm, "people")[1:] == (1, 0)
    assert crm.latest("people", "_record_id, name") == [("a", "Ann"), ("b", "Bob")]
    assert counts(crm, "people") == (0, 0, 0)


def test_a_row_that_the_next_window_is_due_to_show_makes_no_whole_reading(crm: Installation) -> None:
    crm.night("people")
    crm.pass_time(days=1)
    crm.run(f"insert into people values ('c', 'Cy', 1, 0, '{crm.now}')")
    assert counts(crm, "people") == (0, 0, 0)
    crm.pass_time(days=1)
    assert counts(crm, "people") == (1, 1, 0)


def test_more_vanished_rows_than_is_believable_delete_nothing(crm: Installation) -> None:
    crm.night("people")
    crm.run("delete from people")
    error = crm.night("people")["people"].error
    assert isinstance(error, SourceError) and "2 of 2 known records are gone" in str(error)
    assert crm.latest("people") == [("a", "upsert", None), ("b", "upsert", None)]
    crm.added = {"shrink_limit": 1.0}
    assert counts(crm, "people")[2] == 2


def test_a_watched_column_that_changed_without_a_stamp_is_read(crm: Installation) -> None:
    """As a merge of partners in Odoo leaves its references (case 36)."""
    crm.night("people")
    crm.pass_time(days=1)
    crm.run("update people set firm_id = 2 where id = 'b'")
    assert counts(crm, "people")[1] == 1
    assert crm.latest("people", "_record_id, firm_id") == [("a", 1), ("b", 2)]
    crm.run("update people set firm_id = null where id = 'b'")
    assert counts(crm, "people")[1] == 1
    assert counts(crm, "people") == (0, 0, 0)


def test_a_table_without_any_date_is_read_whole_and_compared(crm: Installation) -> None:
    """A relation row changed, its records did not (case 34)."""
    crm.run("create table memberships (person_id varchar(36), club_id varchar(36), role text)")
    crm.run("insert into memberships values ('a', 'x', 'chair'), ('a', 'y', null), ('b', 'x', null)")
    assert counts(crm, "memberships") == (3, 3, 0)
    crm.pass_time(days=1)
    crm.run("update memberships set role = 'guest' where club_id = 'y'")
    crm.run("delete from memberships where person_id = 'b'")
    assert counts(crm, "memberships")[0] == 2
    assert crm.latest("memberships", "_record_id, _op, role") == [
        ("a|x", "upsert", "chair"), ("a|y", "upsert", "guest"), ("b|x", "delete", None),
    ]  # fmt: skip


def test_a_table_that_an_installation_lacks_is_empty_and_read_from_the_start_when_it_appears(
    crm: Installation,
) -> None:
    assert counts(crm, "projects") == (0, 0, 0)
    crm.pass_time(days=1)
    crm.run("create table projects (id int, title text, changed datetime)")
    crm.run("insert into projects values (1, 'moved from elsewhere', '2019-01-01')")
    assert counts(crm, "projects") == (1, 1, 0)


def test_a_table_that_was_there_and_is_gone_is_an_error_and_its_records_stay(crm: Installation) -> None:
    crm.night("people_custom")
    crm.run("drop table people_custom")
    error = crm.night("people_custom")["people_custom"].error
    assert "old.people_custom: the table that was read before is no longer there." in str(error)
    assert "skip_objects" in str(error)
    assert len(crm.latest("people_custom")) == 2


def test_a_table_that_every_installation_has_is_missed_with_the_nearest_word(crm: Installation) -> None:
    crm.run("alter table people rename to peoples")
    assert "no such table; did you mean 'peoples'?" in str(crm.night("people")["people"].error)


def test_a_table_of_an_older_version_without_the_cursor_is_read_whole(crm: Installation) -> None:
    crm.run("create table projects (id int, title text)")
    crm.run("insert into projects values (1, 'old')")
    assert counts(crm, "projects") == (1, 1, 0)
    crm.run("update projects set title = 'new'")
    assert counts(crm, "projects") == (1, 1, 0)
    assert crm.latest("projects", "title, changed") == [("new", None)]


def test_a_table_without_its_key_is_refused(crm: Installation) -> None:
    crm.run("create table projects (project_id int, title text)")
    assert "no column 'id', which identifies its rows" in str(crm.night("projects")["projects"].error)


def test_a_new_column_that_comes_with_values_is_read_for_every_row(crm: Installation) -> None:
    """A field appears; no row's stamp moves for it (case 14)."""
    crm.night("people")
    crm.pass_time(days=1)
    crm.run("alter table people add column grade varchar(5) default 'B'")
    assert counts(crm, "people") == (2, 2, 0)
    assert crm.latest("people", "_record_id, grade") == [("a", "B"), ("b", "B")]
    crm.pass_time(days=1)
    assert counts(crm, "people") == (0, 0, 0)


def test_a_change_without_a_stamp_is_found_by_the_weekly_reading(crm: Installation) -> None:
    crm.night("people")
    crm.run("update people set name = 'Bob' where id = 'b'")
    crm.pass_time(days=1)
    assert counts(crm, "people") == (0, 0, 0)
    crm.pass_time(days=7)
    assert counts(crm, "people") == (2, 1, 0)


def test_extra_objects_are_read_by_convention_or_by_the_columns_given(crm: Installation) -> None:
    crm.run("create table visits (id int, changed datetime)")
    crm.run("create table links (left_id int, right_id int)")
    crm.run("insert into visits values (1, '2024-03-01')")
    crm.run("insert into links values (1, 2)")
    crm.added = {"extra_objects": ["visits", {"table": "links", "key": ["left_id", "right_id"]}]}
    assert counts(crm, "visits") == (1, 1, 0)
    assert counts(crm, "links") == (1, 1, 0)
    assert crm.latest("links")[0][0] == "1|2"
    crm.run("drop table visits")
    assert "no such table" in str(crm.night("visits")["visits"].error)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"skip_objects": ["peple"]}, "unknown table 'peple'; did you mean 'people'?"),
        ({"extra_objects": ["people"]}, "'people' is read anyway"),
        ({"extra_objects": [{"table": "links"}]}, "must be a table's name or"),
        ({"path": None}, "kind: sqlite lacks 'path'"),
        ({"time_zone": "Berlin"}, "unknown time zone 'Berlin'"),
        ({"double_encoded": True}, "'double_encoded' is for kind: mysql"),
    ],
)
def test_an_option_that_does_not_fit_is_named(crm: Installation, given: dict[str, object], said: str) -> None:
    crm.added = given
    with pytest.raises(ConfigError, match=r"crm_sources\.yaml") as caught:
        crm.connector(crm.config)
    assert said in str(caught.value)


def test_a_check_says_how_each_table_will_be_read(crm: Installation) -> None:
    crm.run("create table memberships (person_id text)")
    connector = crm.connector(crm.config)
    found = {check.what: (check.passed, check.detail) for check in connector.check()}
    connector.close()
    assert found["connection"] == (True, "sqlite, read-only")
    assert "2024-03-04T02:00:00" in found["clock"][1]
    assert found["people"] == (True, "5 columns, readable, by changed")
    assert found["people_custom"] == (True, "3 columns, readable, by changed")
    assert found["projects"] == (True, "not in this installation")
    assert not found["memberships"][0] and "no column 'club_id'" in found["memberships"][1]


def test_a_postgres_database_is_read_by_the_same_object_table(
    postgres: DatabaseServer, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEGACY_PASSWORD", postgres.password)
    password = Secret("${LEGACY_PASSWORD}", tmp_path / "crm_sources.yaml")
    settings = {
        "kind": "postgres", "host": postgres.host, "port": postgres.port, "user": postgres.user, "database": "legacy",
        "password": password,
    }  # fmt: skip
    with postgres_database(postgres, "legacy") as run:
        crm = Installation(lake, tmp_path, "suitecrm", run, settings, connector=made_up_connector)
        run("create table people (id text primary key, name text, firm_id int, deleted int, changed timestamp)")
        run("create table people_custom (person_id text primary key, shoe_size int)")
        run("insert into people select n::text, 'p', 1, 0, '2024-03-01' from generate_series(1, 9) as n")
        run("insert into people_custom select n::text, 40 from generate_series(1, 9) as n")
        assert counts(crm, "people") == counts(crm, "people_custom") == (9, 9, 0)
        crm.pass_time(days=1)
        run("update people set firm_id = 2 where id = '2'")
        run("update people set changed = '2024-03-04 12:00:00' where id = '3'")
        run("update people_custom set shoe_size = 41 where person_id = '3'")
        run("delete from people_custom where person_id = '4'")
        assert counts(crm, "people")[1:] == (2, 0)
        assert counts(crm, "people_custom") == (1, 1, 1)
        assert crm.latest("people_custom", "_record_id, _op, shoe_size")[2:4] == [
            ("3", "upsert", 41), ("4", "delete", 40),
        ]  # fmt: skip
