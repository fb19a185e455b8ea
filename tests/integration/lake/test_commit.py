"""What becomes a log row, what does not, and what the ledger says of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sources.contract import Column, Extract, FieldCheck, Reject, SourceFile, SourceObject, Window
from sources.errors import CrmWarehouseError, SourceError
from sources.lake import Lake, LakeLocation
from tests.integration.lake.staged import ACCOUNT, UNTIL, commit, current, extract, ledger, log, typed

ADA = {"Id": "a1", "Name": "Ada", "Amount": "10.50", "IsDeleted": "false", "Stamp": "2024-05-01 10:00:00"}
BOB = {"Id": "b2", "Name": "Bob", "Amount": "", "IsDeleted": "false", "Stamp": "2024-05-01 11:00:00"}


def test_rows_that_share_a_key_and_say_different_things_are_set_aside_but_for_one(lake: Lake) -> None:
    orders = SourceObject("Line", "line", ("Order",), (Column("Order", "VARCHAR"), Column("Sku", "VARCHAR")))
    rows = [{"Order": "1", "Sku": sku} for sku in ("a", "b", "c", "c")] + [{"Order": "2", "Sku": "a"}] * 2
    done = commit(lake, extract(*rows, obj=orders, is_snapshot=True))
    assert (done.rows_read, done.rows_appended, done.rows_rejected + done.rows_unchanged) == (6, 2, 4)
    (kept,) = lake.connection.execute("""select "Sku" from lake.sf.line where _record_id = '1'""").fetchone() or ("",)
    found = ledger(lake, "_record_id, field, raw_value, payload ->> 'Sku'", "rejected_rows")
    assert found == [(None, "Order", "1", sku) for sku in sorted({"a", "b", "c"} - {kept})]
    # what was set aside once is not again, and the row that was kept stays
    again = commit(lake, extract(*reversed(rows), obj=orders, is_snapshot=True))
    assert again.rows_appended == 0 and len(ledger(lake, "payload", "rejected_rows")) == 2


def test_a_declared_object_exists_with_its_columns_before_anything_is_read(lake: Lake) -> None:
    lake.declare("sf", [ACCOUNT])
    lake.declare("sf", [ACCOUNT])
    described = lake.connection.execute("describe lake.sf.account").fetchall()
    assert [name for name, *_ in described][:9] == [
        "_source", "_record_id", "_op", "_delete_reason", "_merged_into", "_source_modified_at", "_loaded_at",
        "_run_id", "_row_hash",
    ]  # fmt: skip
    assert [(name, type_name) for name, type_name, *_ in described][9:] == [
        (column.name, column.type) for column in ACCOUNT.columns
    ]


@pytest.mark.parametrize("is_typed", [False, True])
def test_rows_are_kept_with_their_types_and_a_second_reading_appends_nothing(lake: Lake, is_typed: bool) -> None:
    found = extract(ADA, BOB)
    found = typed(extract(ADA, BOB | {"Amount": None})) if is_typed else found
    first = commit(lake, found)
    assert (first.rows_read, first.rows_appended, first.rows_unchanged) == (2, 2, 0)
    assert log(lake, '_record_id, _op, "Amount"::varchar, _source_modified_at') == [
        ("a1", "upsert", "10.50", datetime(2024, 5, 1, 10)),
        ("b2", "upsert", None, datetime(2024, 5, 1, 11)),
    ]
    again = commit(lake, found)
    assert (again.rows_read, again.rows_appended, again.rows_unchanged) == (2, 0, 2)
    assert len(log(lake, "1")) == 2


def test_only_the_row_that_changed_is_appended(lake: Lake) -> None:
    commit(lake, extract(ADA, BOB))
    done = commit(lake, extract(ADA, BOB | {"Name": "Robert", "Stamp": "2024-05-02"}))
    assert (done.rows_appended, done.rows_unchanged) == (1, 1)
    assert current(lake, '"Name"') == [("Ada",), ("Robert",)]


def test_an_empty_text_and_a_missing_one_are_different_states(lake: Lake) -> None:
    commit(lake, extract(ADA | {"Name": ""}))
    assert commit(lake, extract(ADA | {"Name": None})).rows_appended == 1


def test_the_order_of_columns_does_not_matter(lake: Lake) -> None:
    commit(lake, extract(ADA))
    found = extract(ADA)
    turned = Extract(ACCOUNT, tuple(reversed(found.columns)), found.window, found.relation)
    assert commit(lake, turned).rows_appended == 0


def test_values_that_swap_columns_are_a_change(lake: Lake) -> None:
    commit(lake, extract(ADA | {"Name": "x", "MasterId": None}))
    obj = SourceObject("O", "o", ("Id",), tuple(Column(n, "VARCHAR") for n in ("Id", "p", "q")))
    commit(lake, extract({"Id": "1", "p": "x", "q": "y"}, obj=obj))
    assert commit(lake, extract({"Id": "1", "p": "y", "q": "x"}, obj=obj)).rows_appended == 1


def test_several_versions_in_one_extract_leave_the_latest_and_at_most_one_row(lake: Lake) -> None:
    versions = [ADA | {"Name": f"v{n}", "Stamp": f"2024-05-0{n}"} for n in (2, 3, 1)]
    done = commit(lake, extract(*versions, versions[0]))
    assert (done.rows_read, done.rows_appended, done.rows_unchanged) == (4, 1, 3)
    assert log(lake, '"Name"') == [("v3",)]


def test_versions_with_one_stamp_are_chosen_alike_in_any_order_and_do_not_flip(lake: Lake) -> None:
    left, right = ADA | {"Name": "left"}, ADA | {"Name": "right"}
    commit(lake, extract(left, right))
    kept = log(lake, '"Name"')
    assert commit(lake, extract(right, left)).rows_appended == 0
    assert log(lake, '"Name"') == kept


def test_a_version_older_than_the_last_one_says_nothing_new(lake: Lake) -> None:
    commit(lake, extract(ADA | {"Name": "new", "Stamp": "2024-05-09"}))
    done = commit(lake, extract(ADA | {"Name": "old", "Stamp": "2024-05-08"}))
    assert (done.rows_appended, done.rows_unchanged) == (0, 1)
    assert current(lake, '"Name"') == [("new",)]


def test_a_window_with_nothing_new_still_advances_the_cursor(lake: Lake) -> None:
    commit(lake, extract(ADA))
    later = UNTIL + timedelta(days=1)
    done = commit(lake, extract(window=Window(UNTIL, later)))
    assert (done.rows_read, done.window) == (0, Window(UNTIL, later))
    assert lake.last_window("emea", "account") == Window(UNTIL, later)


def test_reading_an_old_window_again_does_not_take_the_cursor_back(lake: Lake) -> None:
    commit(lake, extract(ADA))
    commit(lake, extract(ADA, window=Window(datetime(2020, 1, 1), datetime(2021, 1, 1))))
    assert lake.last_window("emea", "account") == Window(None, UNTIL)
    assert lake.last_window("apac", "account") is None


def test_sources_of_one_type_share_a_table_and_never_mix(lake: Lake) -> None:
    commit(lake, extract(ADA), source="emea")
    done = commit(lake, extract(ADA | {"Name": "Other"}), source="apac")
    assert done.rows_appended == 1
    assert current(lake, '_source, "Name"') == [("apac", "Other"), ("emea", "Ada")]


def test_a_count_that_disagrees_with_the_sources_own_commits_nothing(lake: Lake) -> None:
    with pytest.raises(SourceError, match="counts 3 rows but 2 arrived"):
        commit(lake, extract(ADA, BOB, source_count=3))
    assert lake.last_window("emea", "account") is None
    assert ledger(lake, "1", "windows") == []
    assert commit(lake, extract(ADA, BOB, source_count=2)).rows_appended == 2


def test_a_relation_that_cannot_be_read_is_a_source_error_and_commits_nothing(lake: Lake) -> None:
    commit(lake, extract(ADA))
    found = extract(BOB)
    broken = Extract(ACCOUNT, (*found.columns, Column("New", "INTEGER")), found.window, "read_csv('/nowhere/*.csv')")
    with pytest.raises(SourceError, match=r"emea\.Account: .*nowhere"):
        commit(lake, broken)
    assert "New" not in [row[0] for row in lake.connection.execute("describe lake.sf.account").fetchall()]
    assert len(ledger(lake, "1", "windows")) == 1


def test_an_extract_without_the_key_column_is_refused(lake: Lake) -> None:
    with pytest.raises(SourceError, match="key column Id"):
        commit(lake, extract({"Name": "Ada"}))


def test_parts_of_a_composite_key_never_run_into_each_other(lake: Lake) -> None:
    obj = SourceObject("Line", "line", ("order", "pos"), (Column("order", "VARCHAR"), Column("pos", "VARCHAR")))
    rows = [{"order": "a|b", "pos": "c"}, {"order": "a", "pos": "b|c"}, {"order": "a", "pos": "1"}]
    assert commit(lake, extract(*rows, obj=obj)).rows_appended == 3
    assert ("a|1",) in log(lake, "_record_id", "line")


def test_the_log_stays_ordered_when_the_machines_clock_goes_back(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(lake, extract(ADA))
    monkeypatch.setattr("sources.lake.lake._now", lambda: datetime(2001, 1, 1))
    commit(lake, extract(ADA | {"Name": "Later", "Stamp": "2024-05-20"}))
    assert current(lake, '"Name"') == [("Later",)]
    assert len({row[0] for row in ledger(lake, "committed_at", "windows")}) == 2


def test_what_a_window_says_adds_up(lake: Lake) -> None:
    line = Reject(None, None, None, "ragged line", "x;y")
    field = Reject("b2", "Name", "\\xff", "not UTF-8", "b2;…")
    done = commit(lake, extract(ADA, BOB, ADA, {"Id": None, "Name": "Nobody"}, rejects=(line, field), source_count=5))
    assert (done.rows_read, done.rows_appended, done.rows_unchanged, done.rows_rejected) == (5, 2, 1, 2)
    assert ledger(lake, "rows_read, rows_appended, rows_unchanged, rows_rejected, source_count", "windows") == [
        (5, 2, 1, 2, 5)
    ]
    assert ledger(lake, "_record_id, field, reason", "rejected_rows") == [
        ("b2", "Name", "not UTF-8"),
        (None, "Id", "no key: the row is kept here only"),
        (None, None, "ragged line"),
    ]


def test_files_and_failed_checks_are_kept_in_the_same_transaction(lake: Lake) -> None:
    check = FieldCheck("contacts.birth_date", '"Name"', "\"Name\" = 'Bob'", "no date")
    file = SourceFile("in/a.csv", 10, datetime(2024, 1, 1), "ab" * 32)
    commit(lake, extract(ADA, BOB, checks=(check,), files=(file,)))
    assert ledger(lake, "_record_id, field, raw_value, reason", "rejected_rows") == [
        ("b2", "contacts.birth_date", "Bob", "no date")
    ]
    assert ledger(lake, "_source, object, path, size, sha256", "files") == [
        ("emea", "Account", "in/a.csv", 10, "ab" * 32)
    ]
    assert len(log(lake, "1")) == 2
    with pytest.raises(SourceError):
        commit(lake, extract(ADA, files=(SourceFile("in/b.csv", 1, UNTIL, ""),), source_count=9))
    assert len(ledger(lake, "1", "files")) == 1


def test_a_failure_is_kept_without_its_password(lake: Lake) -> None:
    lake.record_failure("emea", None, RuntimeError("no route; password=geheim user=crm"), "run 7")
    assert ledger(lake, "run_id, _source, object, error", "failures") == [
        ("run 7", "emea", None, "no route; password=*** user=crm")
    ]


def test_a_lake_opened_for_reading_sees_everything_and_writes_nothing(lake: Lake) -> None:
    commit(lake, extract(ADA))
    with Lake(lake.location, read_only=True) as reader:
        assert log(reader, "_record_id") == [("a1",)]
        with pytest.raises(SourceError, match="read-only"):
            commit(reader, extract(BOB))


def test_reading_a_lake_that_is_not_there_says_so(tmp_path: Path, extensions: Path) -> None:
    with pytest.raises(CrmWarehouseError, match=r"catalog sqlite:.*none\.sqlite cannot be opened"):
        Lake(LakeLocation(f"sqlite:{tmp_path}/none.sqlite", tmp_path / "files", extensions), read_only=True)
