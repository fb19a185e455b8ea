"""Feeds of fixed-width records: lines and records of bytes, packed and zoned numbers, headers and trailers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sources.errors import ConfigError, SourceError
from tests.integration.mapped.conftest import MappedSource, deliver

HEAD = """
connection: {kind: files, folder: drop}
tables:
  orders:
    key: id
    files: "orders_*"
    mode: snapshot
    shrink_limit: 1
    format:
      kind: fixed
"""
LINES = """
      fields:
        - {name: id, start: 1, width: 4}
        - {name: name, start: 5, width: 10}
        - {name: day, start: 15, width: 8, type: date, format: "%Y%m%d"}
        - {name: amount, start: 23, width: 7, stored: zoned, scale: 2}
"""
COUNTED = """
      header_records: 1
      trailer: {starts_with: T, count: {start: 2, width: 6}}
"""
# COBOL: id pic x(4), name pic x(8), amount pic s9(5)v99 comp-3, pieces pic s9(4) comp, balance pic s9(5)v99
MAINFRAME = """
      encoding: cp037
      record_length: 26
      fields:
        - {name: id, start: 1, width: 4}
        - {name: name, start: 5, width: 8}
        - {name: amount, start: 13, width: 4, stored: packed, scale: 2}
        - {name: pieces, start: 17, width: 2, stored: binary, type: integer}
        - {name: balance, start: 19, width: 7, stored: zoned, scale: 2}
"""


def line(key: str, name: str, day: str, amount: str) -> str:
    return f"{key:4}{name:10}{day:8}{amount:7}\n"


def record(key: str, name: str, packed: str, pieces: int, balance: str) -> bytes:
    """A record as a mainframe writes it: text in EBCDIC, numbers as given in hexadecimal or digits, a filler."""
    text = f"{key:4}{name:8}".encode("cp037")
    return text + bytes.fromhex(packed) + pieces.to_bytes(2, "big", signed=True) + f"{balance:7} ".encode("cp037")


def test_lines_are_cut_by_characters_whatever_bytes_these_take(drop: Path, source: MappedSource) -> None:
    text = line("1", "Müller", "20260131", "012345{") + line("2", "日本", "", "000050J") + line(" 3", "C", "2026", "?")
    deliver(drop, "orders_1.txt", text)
    source.write(HEAD + LINES)
    assert source.night(publish=False)["orders"].error is None
    # {ABCDEFGHI is the last digit of a number above zero, }JKLMNOPQR of one below
    assert source.living("old_crm__orders", "id, name, day, amount") == [
        (" 3", "C", None, None),
        ("1", "Müller", date(2026, 1, 31), Decimal("1234.50")),
        ("2", "日本", None, Decimal("-5.01")),
    ]
    assert source.rejects() == [(" 3", "amount", "?"), (" 3", "day", "2026")]


def test_offsets_in_bytes_cut_characters_of_several_bytes_where_the_writer_did(
    drop: Path, source: MappedSource
) -> None:
    rows = [("1", "Müller", 10), ("2", "日本", 10)]
    body = b"".join(key.encode().ljust(4) + name.encode().ljust(width) + b"\r\n" for key, name, width in rows)
    deliver(drop, "orders_1.txt", body + b"3   M\xfcller    \r\n" + b"4   short\r\n")
    source.write(
        HEAD
        + """
      offsets: bytes
      fields: [{name: id, start: 1, width: 4}, {name: name, start: 5, width: 10}]
"""
    )
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, name") == [("1", "Müller"), ("2", "日本")]
    assert source.rows("select reason, payload from lake.ingest.rejected_rows order by all") == [
        ("orders_1.txt line 3: not utf-8", "3   M\\xfcller    "),
        ("orders_1.txt line 4: 9 bytes where the layout has 14", "4   short"),
    ]


def test_a_line_of_another_length_is_set_aside_with_its_number(drop: Path, source: MappedSource) -> None:
    good = [line(str(number), "x", "20260101", "0000001") for number in range(1, 9)]
    good[3:3] = ["\n", "44  short\n", line("55", "long", "20260101", "0000001").rstrip() + "more\n"]
    deliver(drop, "orders_1.txt", "HEADER\n" + "".join(good) + "\x1a")
    source.write(HEAD + LINES + "      header_records: 1\n")
    assert source.night(publish=False)["orders"].error is None
    assert [key for (key,) in source.living("old_crm__orders")] == [str(number) for number in range(1, 9)]
    assert source.rows("select reason from lake.ingest.rejected_rows order by all") == [
        ("orders_1.txt line 6: 9 characters where the layout has 29",),
        ("orders_1.txt line 7: 33 characters where the layout has 29",),
    ]


def test_lines_whose_blanks_were_cut_off_are_read_where_the_mapping_says_so(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.txt", "1   Ann\n2   Bo        20260101\n")
    source.write(HEAD + LINES + "      trimmed: true\n")
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, name, day") == [("1", "Ann", None), ("2", "Bo", date(2026, 1, 1))]
    assert source.rejects() == []


def test_a_file_whose_trailer_counts_other_records_or_is_missing_is_refused(drop: Path, source: MappedSource) -> None:
    rows = "".join(line(str(number), "x", "20260101", "0000001") for number in range(1, 4))
    source.write(HEAD + LINES + COUNTED)
    deliver(drop, "orders_1.txt", "H20260101\n" + rows + "T000003\n")
    assert source.night(publish=False)["orders"].error is None
    assert source.rows("select source_count from lake.ingest.windows") == [(3,)]

    deliver(drop, "orders_2.txt", "H20260102\n" + rows[:30] + "T000003\n")
    error = source.night(publish=False)["orders"].error
    assert isinstance(error, SourceError)
    assert "orders_2.txt: its trailer counts 3 records, and 1 arrived" in str(error)
    deliver(drop, "orders_2.txt", "H20260102\n" + rows[:60])
    assert "its last record does not start with 'T'" in str(source.night(publish=False)["orders"].error)
    assert len(source.living("old_crm__orders")) == 3

    # far more than is looked at to find the end
    many = "".join(line(str(number), "x", "20260101", "0000001") for number in range(1, 5001))
    deliver(drop, "orders_2.txt", "H20260102\n" + many + "T005000\n")
    assert source.night(publish=False)["orders"].error is None
    assert len(source.living("old_crm__orders")) == 5000

    # a record that does not fit was counted by its writer all the same
    deliver(drop, "orders_3.txt", "H20260103\n" + rows + "4   short\nT000004\n")
    assert source.night(publish=False)["orders"].error is None
    assert len(source.rejects()) == 1


def test_records_of_a_mainframe_keep_every_digit(drop: Path, source: MappedSource) -> None:
    body = [
        record("A1", "MÜLLER", "1234567C", 4660, "000123{"),
        record("A2", "[x]", "0000005D", -1, "000050K"),
        record("A3", "", "40404040", 0, ""),
        record("A4", "bad", "12AB567C", 7, "12.5"),
    ]
    deliver(drop, "orders_1.dat", b"".join(body) + b"\r\n")
    source.write(HEAD + MAINFRAME)
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, name, amount, pieces, balance") == [
        ("A1", "MÜLLER", Decimal("12345.67"), 4660, Decimal("12.30")),
        ("A2", "[x]", Decimal("-0.05"), -1, Decimal("-5.02")),
        ("A3", None, None, 0, None),
        ("A4", "bad", None, 7, None),
    ]
    assert source.rejects() == [("A4", "amount", "x'12ab567c'"), ("A4", "balance", "12.5")]


def test_records_without_line_breaks_are_counted_by_their_trailer_and_refused_when_a_byte_is_missing(
    drop: Path, source: MappedSource
) -> None:
    rows = [record(f"A{number}", "x", "0000001C", number, "0000001") for number in range(3)]
    trailer = "TRL00005".encode("cp037").ljust(26, b"\x40")
    source.write(
        HEAD + MAINFRAME + "      header_records: 1\n"
        "      trailer: {starts_with: TRL, count: {start: 4, width: 5, of: all}}\n"
    )
    deliver(drop, "orders_1.dat", b"\x40" * 26 + b"".join(rows) + trailer)
    assert source.night(publish=False)["orders"].error is None
    assert source.rows("select source_count from lake.ingest.windows") == [(3,)]
    assert source.living("old_crm__orders", "id, pieces") == [("A0", 0), ("A1", 1), ("A2", 2)]

    deliver(drop, "orders_2.dat", b"\x40" * 26 + b"".join(rows)[1:] + trailer)
    error = str(source.night(publish=False)["orders"].error)
    assert "orders_2.dat: record 5 has 25 of 26 bytes; the file is cut off or damaged" in error
    deliver(drop, "orders_2.dat", b"\x40" * 26 + b"".join(rows[:2]) + trailer)
    assert "its trailer counts 3 records, and 2 arrived" in str(source.night(publish=False)["orders"].error)
    assert len(source.living("old_crm__orders")) == 3


def test_a_layout_for_other_lines_is_refused_as_a_whole(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.txt", "".join(f"{number:05}\n" for number in range(10)))
    source.write(HEAD + LINES)
    error = str(source.night(publish=False)["orders"].error)
    assert "orders_1.txt: 10 of 10 records do not fit; orders_1.txt line 1: 5 characters" in error


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("fields: [{name: a, start: 1, width: 3, stored: packed}]", ":11: a packed field may hold the byte of a line"),
        (
            "fields: [{name: a, start: 3, width: 3}]\n      record_length: 4",
            "field 'a' ends at byte 5, its record at 4",
        ),
        ("fields: [{name: a, start: 1, width: 3, type: date, scale: 2}]", "date has no places for it"),
        ("fields: [{name: a, start: 1}]", "a field lacks 'width'"),
        ("fields: []", "fields is empty"),
        ("encoding: cp037", "a fixed format lacks 'fields'"),
        ("fields: [{name: a, start: 1, width: 3}]\n    columns: {a: date}", "column 'a' is a field of the layout"),
    ],
)
def test_a_mistake_in_a_layout_is_named_with_its_line(source: MappedSource, layout: str, message: str) -> None:
    source.write(HEAD + f"      {layout}\n")
    with pytest.raises(ConfigError) as error:
        source.night(publish=False)
    assert message in str(error.value)


def test_lines_that_end_in_different_ways_are_cut_all(drop: Path, source: MappedSource) -> None:
    rows = [line(key, "A", "20260131", "0000100").rstrip("\n") for key in "123"]
    deliver(drop, "orders_1.txt", f"{rows[0]}\r\n{rows[1]}\n{rows[2]}\r")
    source.write(HEAD + LINES)
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, amount") == [(key, Decimal("1.00")) for key in "123"]


def test_a_byte_order_mark_is_no_byte_of_the_first_record(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.txt", "\ufeff1   Zoë  \n2   Ann   \n")
    source.write(
        HEAD
        + "      offsets: bytes\n      fields: [{name: id, start: 1, width: 4}, {name: name, start: 5, width: 6}]\n"
    )
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, name") == [("1", "Zoë"), ("2", "Ann")]
    assert source.rejects() == []
