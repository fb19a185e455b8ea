"""Accounts of SuiteCRM in MariaDB, from their table to the lake."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.installations import Installation

ADD = "insert into accounts (id, name, date_entered, date_modified, deleted) values "


def test_accounts_land_with_their_dates_and_those_that_are_no_dates_are_set_aside(crm: Installation) -> None:
    """Zero and partial dates of MySQL (case 33)."""
    crm.run(f"{ADD} ('a', 'Müller & Söhne', '2024-01-02 03:04:05', '2024-03-01 10:00:00', 0)")
    crm.run(f"{ADD} ('b', 'Zero', '0000-00-00 00:00:00', '2024-03-01 10:00:00', 0)")
    crm.run(f"{ADD} ('c', 'Partial', '2022-11-00 00:00:00', '0000-00-00 00:00:00', 1)")

    assert crm.night("accounts")["accounts"].error is None
    assert crm.latest("accounts", "_record_id, name, date_entered, deleted, _op") == [
        ("a", "Müller & Söhne", datetime(2024, 1, 2, 3, 4, 5), 0, "upsert"),
        ("b", "Zero", None, 0, "upsert"),
        ("c", "Partial", None, 1, "delete"),
    ]
    refused = crm.rows("select _record_id, field, raw_value from lake.ingest.rejected_rows order by all")
    assert refused == [
        ("b", "date_entered", "0000-00-00 00:00:00"),
        ("c", "date_entered", "2022-11-00 00:00:00"),
        ("c", "date_modified", "0000-00-00 00:00:00"),
    ]


def test_custom_fields_come_with_the_account_that_was_saved(crm: Installation) -> None:
    crm.run(f"{ADD} ('a', 'A', null, '2024-03-01 10:00:00', 0), ('b', 'B', null, '2024-03-01 10:00:00', 0)")
    crm.run("insert into accounts_cstm values ('a', 'gold'), ('b', 'tin')")
    assert crm.night("accounts", "accounts_cstm")["accounts_cstm"].committed.rows_appended == 2
    crm.pass_time(days=1)
    crm.run("update accounts_cstm set segment_c = 'silver' where id_c = 'a'")
    crm.run("update accounts set date_modified = '2024-03-04 12:00:00' where id = 'a'")
    done = crm.night("accounts", "accounts_cstm")
    assert [done[table].committed.rows_read for table in ("accounts", "accounts_cstm")] == [1, 1]
    assert crm.latest("accounts_cstm", "_record_id, segment_c") == [("a", "silver"), ("b", "tin")]


def test_an_account_undeleted_without_a_stamp_lives_again(crm: Installation) -> None:
    crm.run(f"{ADD} ('a', 'A', null, '2024-03-01', 1)")
    crm.night("accounts")
    assert crm.latest("accounts") == [("a", "delete", "soft")]
    crm.pass_time(days=1)
    crm.run("update accounts set deleted = 0")
    crm.night("accounts")
    assert crm.latest("accounts") == [("a", "upsert", None)]


def test_pruned_accounts_are_found_by_their_ids(crm: Installation) -> None:
    for key in "abc":
        crm.run(f"{ADD} ('{key}', 'named', null, '2024-03-01', 0)")
    crm.night("accounts")
    crm.run("delete from accounts where id = 'b'")
    crm.pass_time(days=1)
    assert crm.night("accounts")["accounts"].committed.rows_deleted == 1
    assert crm.latest("accounts") == [("a", "upsert", None), ("b", "delete", "purged"), ("c", "upsert", None)]


def test_texts_written_as_cp1252_into_utf8_are_read_as_they_were_meant(crm: Installation) -> None:
    meant = {"a": "Müller", "b": "5 €", "c": "Álvaro", "d": "plain", "e": "日本"}
    for key, text in meant.items():
        # what a client that takes UTF-8 bytes for the server's latin1, which is cp1252, leaves in a UTF-8 column
        crm.run(f"{ADD} ('{key}', convert(cast('{text}' as binary) using latin1), null, '2024-03-01', 0)")
    crm.run(f"{ADD} ('f', 'Müller was right', null, '2024-03-01', 0), ('g', '日本 too', null, '2024-03-01', 0)")
    crm.night("accounts")
    assert ("a", "MÃ¼ller") in crm.latest("accounts", "_record_id, name")
    crm.added = {"double_encoded": True}
    crm.night("accounts", full=True)
    assert crm.latest("accounts", "_record_id, name") == [
        *meant.items(), ("f", "Müller was right"), ("g", "日本 too"),
    ]  # fmt: skip


def test_the_password_is_in_no_error_no_text_and_no_ledger(crm: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "hunter2-planted"
    monkeypatch.setenv("SUITECRM_PASSWORD", secret)
    done = crm.night("accounts")
    connector = crm.connector(crm.config)
    said = [str(done["accounts"].error), repr(connector), *(check.detail for check in connector.check())]
    said += [str(row) for row in crm.rows("select * from lake.ingest.failures")]
    assert "Access denied" in said[0]
    assert not [text for text in said if secret in text]
