"""Feeds of files: CSV in every state of repair, Excel, Parquet."""

from __future__ import annotations

import os
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from sources.errors import ConfigError, SourceError
from tests.integration.mapped.conftest import MappedSource, deliver

HEAD = """
connection: {kind: files, folder: drop}
tables:
  orders:
    files: "orders_*"
"""
GERMAN = """
    key: id
    format: {kind: csv, delimiter: ";", decimal: ",", thousands: ".", date_format: "%d.%m.%Y", encoding: cp1252}
    columns: {amount: "decimal(12,2)", day: date}
"""
PLAIN = "    key: id\n"


def test_locale_numbers_dates_and_encoding_are_read_as_declared(drop: Path, source: MappedSource) -> None:
    text = 'id;name;amount;day\r\n1;Müller;1.234,56;31.01.2026\r\n2;"A; B";-0,5;01.02.2026\r\n3;C;1.5;2026-02-01\r\n'
    deliver(drop, "orders_1.csv", text.encode("cp1252"))
    source.write(HEAD + GERMAN)

    assert source.night()["orders"].error is None
    assert source.living("old_crm__orders", "id, name, amount, day") == [
        ("1", "Müller", Decimal("1234.56"), date(2026, 1, 31)),
        ("2", "A; B", Decimal("-0.50"), date(2026, 2, 1)),
        ("3", "C", None, None),
    ]
    # 1.5 is no German number, and reading it as 15 or 1.5 would be a guess
    assert source.rejects() == [("3", "amount", "1.5"), ("3", "day", "2026-02-01")]


def test_a_decimal_comma_with_more_places_than_its_type_is_rounded_and_set_aside_as_a_decimal_point_is(
    drop: Path, source: MappedSource
) -> None:
    deliver(drop, "orders_1.csv", "id;amount\n1;1.234,565\n2;-0,005\n3;7,500\n4;12,34\n")
    source.write(HEAD + GERMAN.replace("cp1252", "utf-8").replace(", day: date", ""))
    assert source.night()["orders"].error is None
    # half away from zero; trailing zeros are no further places
    amounts = [Decimal("1234.57"), Decimal("-0.01"), Decimal("7.50"), Decimal("12.34")]
    assert source.living("old_crm__orders", "id, amount") == list(zip("1234", amounts, strict=True))
    assert source.rejects() == [("1", "amount", "1.234,565"), ("2", "amount", "-0,005")]
    assert {reason for (reason,) in source.rows("select reason from lake.ingest.rejected_rows")} == {
        "more places than DECIMAL(12,2): the log keeps the rounded value"
    }


def test_a_locale_number_with_a_fraction_is_no_integer(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id;pieces\n1;12,5\n2;1.012,0\n3;9.007.199.254.740.993\n")
    source.write(
        HEAD + GERMAN.replace("cp1252", "utf-8").replace('amount: "decimal(12,2)", day: date', "pieces: bigint")
    )
    assert source.night()["orders"].error is None
    assert source.living("old_crm__orders", "pieces") == [(1012,), (9007199254740993,), (None,)]
    assert source.rejects() == [("1", "pieces", "12,5")]


def test_what_the_newest_file_describes_is_what_a_read_brings(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id;amount\n1;2,50\n")
    deliver(drop, "orders_2.csv", "id;amount;day;seen\n1;2,50;31.01.2026;2026-01-31 12:00\n")
    zone = HEAD.replace("kind: files", "kind: files, time_zone: Europe/Berlin")
    source.write(zone + GERMAN + "    cursor: seen\n")
    described = source.described("orders")
    assert described == {
        "id": "VARCHAR", "amount": "DECIMAL(12,2)", "day": "DATE", "seen": "VARCHAR", "seen__utc": "TIMESTAMP"
    }  # fmt: skip
    assert source.night()["orders"].error is None
    assert source.columns("old_crm__orders") == described


def test_broken_lines_are_set_aside_with_file_line_and_text_and_the_rest_is_read(
    drop: Path, source: MappedSource
) -> None:
    lines = [
        "id,name,amount",
        '1,"one, two",3',
        "2,short",
        "3,too,many,values",
        '4,"two\nlines",5',
        '5,"open,6',
        "6,f,7",
    ]
    lines += [f"{number},x,1" for number in range(7, 20)] + ["20,trunc"]
    deliver(drop, "orders_1.csv", "\n".join(lines))
    source.write(HEAD + PLAIN)

    assert source.night()["orders"].error is None
    assert {key for (key,) in source.living("old_crm__orders")} == {"1", "4", "6", *map(str, range(7, 20))}
    assert source.rows("select reason, payload from lake.ingest.rejected_rows order by all") == [
        ("orders_1.csv line 22: 2 values where the header has 3", "20,trunc"),
        ("orders_1.csv line 3: 2 values where the header has 3", "2,short"),
        ("orders_1.csv line 4: 4 values where the header has 3", "3,too,many,values"),
        ("orders_1.csv line 7: a quote is opened and not closed", '5,"open,6'),
    ]


def test_a_record_too_long_to_be_one_is_set_aside(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", f"id,name\n1,ok\n2,{'x' * 3_000_000}\n3,fine\n")
    source.write(HEAD + PLAIN)
    assert source.night()["orders"].error is None
    assert [key for (key,) in source.living("old_crm__orders")] == ["1", "3"]
    assert source.rows("select reason from lake.ingest.rejected_rows") == [
        ("orders_1.csv line 3: longer than 2,097,152 bytes",)
    ]


def test_bytes_that_do_not_decode_are_set_aside_with_their_line(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", b"id,name\n1,ok\n2,M\xfcller\n3,fine\n")
    source.write(HEAD + PLAIN)
    source.night()
    assert [key for (key,) in source.living("old_crm__orders")] == ["1", "3"]
    assert source.rows("select reason, payload from lake.ingest.rejected_rows") == [
        ("orders_1.csv line 3: byte 0xfc is not utf-8", "2,M\\xfcller")
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides_the_encoding(drop: Path, source: MappedSource, encoding: str) -> None:
    deliver(drop, "orders_1.csv", "id,name\n1,Zoë\n".encode(encoding))
    source.write(HEAD + PLAIN)
    source.night()
    assert source.living("old_crm__orders", "id, name") == [("1", "Zoë")]


def test_blank_and_repeated_headers_get_names_of_their_own(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id,,Name,name\n1,a,b,c\n")
    source.write(HEAD + PLAIN)
    source.night()
    assert source.living("old_crm__orders", "id, column_2, Name, name_2") == [("1", "a", "b", "c")]


def test_files_that_spell_a_header_in_other_letters_or_another_order_are_one_table(
    drop: Path, source: MappedSource
) -> None:
    deliver(drop, "orders_1.csv", "id,Name\n1,a\n2,b\n")
    deliver(drop, "orders_2.csv", "NAME,ID\nbb,2\n")
    source.write(HEAD + PLAIN)
    assert source.night(publish=False)["orders"].error is None
    deliver(drop, "orders_3.csv", "Id,more\n3,x\n")
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, name, more") == [
        ("1", "a", None), ("2", "bb", None), ("3", None, "x"),
    ]  # fmt: skip


def test_a_key_that_a_spreadsheet_rounded_is_no_key(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id,name\n1.23457E+17,lost\n0012,kept\n")
    source.write(HEAD + PLAIN)
    source.night()
    assert source.living("old_crm__orders") == [("0012",)]
    assert "1.23457E+17" in source.rows("select payload from lake.ingest.rejected_rows")[0][0]


def test_a_delta_feed_upserts_and_reads_no_file_twice(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id,name\n1,a\n2,b\n")
    source.write(HEAD + PLAIN)
    source.night()
    assert source.night()["orders"].committed.rows_read == 0

    deliver(drop, "orders_2.csv", "id,name,extra\n2,bb,x\n3,c,y\n")
    assert source.night()["orders"].committed.rows_read == 2
    assert source.living("old_crm__orders", "id, name, extra") == [("1", "a", None), ("2", "bb", "x"), ("3", "c", "y")]
    assert source.rows("select path, count(*) from lake.ingest.files group by all order by all") == [
        ("orders_1.csv", 1), ("orders_2.csv", 1),
    ]  # fmt: skip


def test_a_night_without_new_files_is_fine_whatever_the_key_is_called(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "_id,name\n1,a\n")
    source.write(HEAD + "    key: _id\n")
    source.night()
    again = source.night()["orders"]
    assert again.committed and again.committed.rows_read == 0
    assert source.living("old_crm__orders") == [("1",)]


def test_a_file_that_arrives_late_does_not_undo_later_ones(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id,name\n1,first\n")
    deliver(drop, "orders_3.csv", "id,name\n1,third\n")
    source.write(HEAD + PLAIN)
    source.night()
    deliver(drop, "orders_2.csv", "id,name\n1,second\n2,only here\n")
    assert source.night()["orders"].error is None
    assert source.living("old_crm__orders", "id, name") == [("1", "third"), ("2", "only here")]


def test_of_several_lines_of_a_record_the_last_counts(drop: Path, source: MappedSource) -> None:
    lines = [f"{number % 500},{number}" for number in range(5000)]
    deliver(drop, "orders_1.csv", "id,name\n" + "\n".join(lines) + "\n")
    source.write(HEAD + PLAIN)
    source.night()
    assert source.living("old_crm__orders", "cast(id as int), cast(name as int)") == [(n, 4500 + n) for n in range(500)]


@pytest.mark.parametrize(("mode", "living"), [("snapshot", [("1", "ten")]), ("delta", [("1", "ten"), ("2", "nine")])])
def test_the_tenth_file_comes_after_the_ninth(
    drop: Path, source: MappedSource, mode: str, living: list[tuple[str, str]]
) -> None:
    deliver(drop, "orders_9.csv", "id,name\n1,nine\n2,nine\n")
    deliver(drop, "orders_10.csv", "id,name\n1,ten\n")
    source.write(HEAD + PLAIN + f"    mode: {mode}\n")
    assert source.night()["orders"].error is None
    assert source.living("old_crm__orders", "id, name") == living


def test_a_snapshot_feed_marks_what_its_newest_file_lacks(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id,name\n1,a\n2,b\n3,c\n")
    source.write(HEAD + PLAIN + "    mode: snapshot\n")
    source.night()
    deliver(drop, "orders_2.csv", "id,name\n1,a\n3,cc\n")
    done = source.night()["orders"].committed
    assert (done.rows_appended, done.rows_deleted) == (1, 1)
    assert source.living("old_crm__orders", "id, name") == [("1", "a"), ("3", "cc")]

    # a broken line may be the record that seems to be gone
    deliver(drop, "orders_3.csv", "id,name\n1,a\n3\n")
    assert source.night()["orders"].committed.rows_deleted == 0
    for path in drop.iterdir():
        path.unlink()
    assert source.night()["orders"].committed.rows_deleted == 0


def test_an_older_snapshot_that_is_left_when_the_newer_one_is_taken_away_does_not_come_back(
    drop: Path, source: MappedSource
) -> None:
    old, new = (deliver(drop, f"orders_{day}.csv", f"id,name\n1,{name}\n") for day, name in (("9", "a"), ("10", "b")))
    os.utime(old, (time.time() - 3600,) * 2)
    source.write(HEAD + PLAIN + "    mode: snapshot\n")
    source.night(publish=False)
    new.unlink()
    assert source.night(publish=False)["orders"].committed.rows_read == 0
    assert source.living("old_crm__orders", "name") == [("b",)]
    # a name says less than the time where the two disagree: 01.04. comes after 31.03.
    old.unlink()
    deliver(drop, "orders_1.csv", "id,name\n1,c\n").touch()
    source.night(publish=False)
    assert source.living("old_crm__orders", "name") == [("c",)]


def test_a_growing_file_is_left_for_the_next_run(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id\n1\n")
    source.write(HEAD.replace("folder: drop", "folder: drop, done_suffix: .done") + PLAIN)
    (drop / "orders_1.csv.done").touch()
    deliver(drop, "orders_2.csv", "id\n2\n")
    source.night()
    assert source.living("old_crm__orders") == [("1",)]
    (drop / "orders_2.csv.done").touch()
    source.night()
    assert source.living("old_crm__orders") == [("1",), ("2",)]


def test_a_wrong_delimiter_or_a_missing_file_is_an_error_that_says_what_to_do(drop: Path, source: MappedSource) -> None:
    source.write(HEAD + PLAIN)
    error = source.night()["orders"].error
    assert isinstance(error, SourceError) and "no complete file matches 'orders_*'" in str(error)
    deliver(drop, "orders_1.csv", "id;name\n1;a\n")
    error = source.night()["orders"].error
    assert isinstance(error, ConfigError)
    assert "old_crm.yaml:6: table 'orders (newest file orders_1.csv)' has no column 'id'" in str(error)


def test_an_excel_sheet_is_read_below_its_header_row(drop: Path, source: MappedSource) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Orders"
    rows = [
        ["Orders of the year"], [], ["id", "name", "amount", "day", "at"],
        ["007", "Zoë", 12.5, date(2026, 2, 1), datetime(2026, 2, 1, 10, 30)], [],
        ["008", "text date", "n/a", "soon", None],
    ]  # fmt: skip
    for row in rows:
        sheet.append(row)
    book.save(drop / "orders_1.xlsx")
    os.utime(drop / "orders_1.xlsx", (time.time() - 60,) * 2)
    source.write(
        HEAD
        + """
    key: id
    format: {kind: excel, sheet: Orders, header_row: 3}
    columns: {amount: "decimal(12,2)", day: date, at: timestamp}
"""
    )
    assert source.night()["orders"].error is None
    assert source.living("old_crm__orders", 'id, name, amount, day, "at"') == [
        ("007", "Zoë", Decimal("12.50"), date(2026, 2, 1), datetime(2026, 2, 1, 10, 30)),
        ("008", "text date", None, None, None),
    ]
    assert source.rejects() == [("008", "amount", "n/a"), ("008", "day", "soon")]


def test_a_number_that_is_no_date_of_a_spreadsheet_is_read_as_text_or_refused(drop: Path, source: MappedSource) -> None:
    book = openpyxl.Workbook()
    for row in (["id", "day"], ["1", date(2026, 2, 1)], ["2", "20260202"], ["3", 4915112345678], ["4", 1e300]):
        book.active.append(row)
    book.save(drop / "orders_1.xlsx")
    os.utime(drop / "orders_1.xlsx", (time.time() - 60,) * 2)
    source.write(HEAD + '    key: id\n    format: {kind: excel, date_format: "%Y%m%d"}\n    columns: {day: date}\n')
    assert source.night()["orders"].error is None
    assert source.living("old_crm__orders", "day") == [(date(2026, 2, 1),), (date(2026, 2, 2),), (None,), (None,)]
    assert [record for record, _, _ in source.rejects()] == ["3", "4"]


def test_parquet_files_keep_their_types(drop: Path, source: MappedSource) -> None:
    path = drop / "orders_1.parquet"
    duckdb.sql(f"copy (select 1::bigint as id, 2.50::decimal(9,2) as amount) to '{path}'")
    os.utime(path, (time.time() - 60,) * 2)
    source.write(HEAD + "    key: id\n    format: {kind: parquet}\n")
    source.night()
    assert source.living("old_crm__orders", "id, amount, typeof(amount)") == [(1, Decimal("2.50"), "DECIMAL(9,2)")]


def test_a_cp1252_file_a_marked_one_and_ragged_lines_lose_nothing_case_39(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id,name\n1,Müller €\n2,ragged,line\n3,ok\n4\n".encode("cp1252"))
    deliver(drop, "orders_2.csv", "id,name\n5,Zoë\n6,Łódź\n".encode("utf-8-sig"))
    source.write(HEAD + PLAIN + "    format: {kind: csv, encoding: cp1252}\n")
    done = source.night(publish=False)["orders"]
    assert done.error is None
    # the mark of the second file outranks the declared code page, in which Ł does not exist
    assert source.living("old_crm__orders", "id, name") == [
        ("1", "Müller €"), ("3", "ok"), ("5", "Zoë"), ("6", "Łódź"),
    ]  # fmt: skip
    assert source.rows("select reason, payload from lake.ingest.rejected_rows order by all") == [
        ("orders_1.csv line 3: 3 values where the header has 2", "2,ragged,line"),
        ("orders_1.csv line 5: 1 values where the header has 2", "4"),
    ]


def test_texts_written_as_formulas_lose_the_formula_and_keep_their_zeros(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", 'id,phone,note\n="0012",="0049301234",plain\n"=""0013""","x = ""y""",="a" & "b"\n')
    source.write(HEAD + PLAIN)
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, phone, note") == [
        ("0012", "0049301234", "plain"), ("0013", 'x = "y"', '="a" & "b"'),
    ]  # fmt: skip


def test_nul_bytes_line_breaks_and_words_for_nothing_are_told_apart(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", b'id,note\n1,a\0b\n2,"two\r\nlines"\n3,NULL\n4,\n5,N/A\n')
    source.write(HEAD + PLAIN + '    format: {kind: csv, null_values: ["NULL", ""]}\n')
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, note") == [
        ("1", "a\0b"), ("2", "two\r\nlines"), ("3", None), ("4", None), ("5", "N/A"),
    ]  # fmt: skip
    assert source.rejects() == []


REPORT = """"Account ID","Amount"
"0015g00000ABCdE","12.50"
"0015g00000ABCde","-3.00"


"Open Orders"
"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."
"Generated By:  Ana Lee  31/01/2026 10:00"
"""
WITH_FOOTER = """    key: Account ID
    mode: snapshot
    format: {kind: csv, footer: [Open Orders, Copyright, Generated By]}
    columns: {Amount: "decimal(9,2)"}
"""


def test_the_footer_of_a_report_is_no_record(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", REPORT)
    source.write(HEAD + WITH_FOOTER)
    assert source.night(publish=False)["orders"].error is None
    # ids of 15 characters differ in case only
    assert source.living("old_crm__orders", '"Account ID", "Amount"') == [
        ("0015g00000ABCdE", Decimal("12.50")), ("0015g00000ABCde", Decimal("-3.00")),
    ]  # fmt: skip
    assert source.rejects() == []


def test_a_report_without_its_footer_was_cut_off_and_deletes_nothing(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", REPORT)
    source.write(HEAD + WITH_FOOTER)
    source.night(publish=False)
    deliver(drop, "orders_2.csv", REPORT[: REPORT.index('"0015g00000ABCde')])
    error = source.night(publish=False)["orders"].error
    assert isinstance(error, SourceError)
    assert "orders_2.csv was cut off: it does not end with its footer ('Open Orders', 'Copyright'" in str(error)
    assert len(source.living("old_crm__orders")) == 2


def test_a_file_that_is_still_being_written_waits_until_it_rests(
    drop: Path, source: MappedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(drop, "orders_1.csv", "id\n1\n")
    growing = drop / "orders_2.csv"
    growing.write_text("id\n2\n")
    source.write(HEAD + PLAIN)
    # while the reader waits to see whether the file rests, its writer goes on
    monkeypatch.setattr("sources.mapped.arrivals.time.sleep", lambda _: growing.write_text("id\n2\n3\n"))
    source.night(publish=False)
    assert source.living("old_crm__orders") == [("1",)]
    deliver(drop, "orders_2.csv", "id\n2\n3\n")
    source.night(publish=False)
    assert source.living("old_crm__orders") == [("1",), ("2",), ("3",)]
