"""What spreadsheets do to dates, ids and cells that have no value, in their own files and in those made from them."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sources.errors import SourceError
from tests.integration.mapped.conftest import MappedSource, deliver

HEAD = """
connection: {kind: files, folder: drop}
tables:
  orders:
    files: "orders_*"
    key: id
"""
EXCEL = HEAD + "    format: {kind: excel}\n"


def workbook(folder: Path, *rows: Sequence[Any]) -> None:
    """Drop a workbook of one sheet that was finished a minute ago; the text #N/A becomes that error."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "orders_1.xlsx")
    os.utime(folder / "orders_1.xlsx", (time.time() - 60,) * 2)


def test_days_before_march_1900_are_counted_as_the_spreadsheet_shows_them(drop: Path, source: MappedSource) -> None:
    days = [1, 59, 60, 61, 0.5]
    workbook(drop, ["id", "day", "at"], *([str(number), day, day] for number, day in enumerate(days, 1)))
    source.write(EXCEL + "    columns: {day: date, at: timestamp}\n")
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", 'id, day, "at"') == [
        ("1", date(1900, 1, 1), datetime(1900, 1, 1)),
        ("2", date(1900, 2, 28), datetime(1900, 2, 28)),
        ("3", None, None),
        ("4", date(1900, 3, 1), datetime(1900, 3, 1)),
        ("5", None, None),
    ]
    # 1900 had no 29 February, and half past nothing is a time without a date
    assert source.rejects() == [("3", "at", "60"), ("3", "day", "60"), ("5", "at", "0.5"), ("5", "day", "0.5")]


def test_the_last_moment_of_a_day_is_not_the_next_day(drop: Path, source: MappedSource) -> None:
    late = datetime(2026, 1, 31, 23, 59, 59, 999000)
    workbook(drop, ["id", "day", "at"], ["1", late, late])
    source.write(EXCEL + "    columns: {day: date, at: timestamp}\n")
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", 'day, "at"') == [(late.date(), late)]


def test_a_cell_with_an_error_is_no_text_and_no_key(drop: Path, source: MappedSource) -> None:
    workbook(drop, ["id", "name"], ["1", "#N/A"], ["#REF!", "Ann"], ["2", "#1"])
    source.write(EXCEL)
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, name") == [("1", None), ("2", "#1")]
    assert source.rejects() == [("1", "name", "#N/A"), (None, "id", None)]


def test_a_formula_that_was_never_calculated_is_set_aside_and_its_row_kept(drop: Path, source: MappedSource) -> None:
    workbook(drop, ["id", "name", "total", None], ["1", "Ann", "=1+1", "=2"], ["2", "Ben", 5], ["3", "=A2", 6])
    source.write(EXCEL + "    columns: {total: integer}\n")
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, name, total") == [("1", "Ann", None), ("2", "Ben", 5), ("3", None, 6)]
    assert source.rejects() == [(None, "name", "=A2"), (None, "total", "=1+1")]
    ((reason,),) = source.rows("select reason from lake.ingest.rejected_rows where field = 'total'")
    assert reason.startswith("orders_1.xlsx cell C2: its formula was never calculated")


@pytest.mark.parametrize(
    ("kind", "delimiter", "decimal", "rounded"),
    [
        ("bigint", ",", ".", "1.23457E+17"),
        ("decimal(20,0)", ",", ".", "1.23457E+17"),
        ("varchar", ";", ",", "1,23457E+17"),
    ],
)
def test_an_id_that_a_spreadsheet_rounded_is_no_key_whatever_its_type_and_locale(
    drop: Path, source: MappedSource, kind: str, delimiter: str, decimal: str, rounded: str
) -> None:
    deliver(drop, "orders_1.csv", f"id{delimiter}name\n{rounded}{delimiter}Ann\n2{delimiter}Ben\n")
    written = f'    format: {{kind: csv, delimiter: "{delimiter}", decimal: "{decimal}"}}\n'
    source.write(HEAD + written + f'    columns: {{id: "{kind}"}}\n')
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders") == [("2",)]
    assert source.rejects() == [(None, "id", None)]


@pytest.mark.parametrize("kind", ["bigint", "decimal(20,0)"])
def test_a_number_with_all_of_its_digits_is_a_key_though_its_exponent_is_written(
    drop: Path, source: MappedSource, kind: str
) -> None:
    """Programs in Java write a number from ten million on so, and leave the zeros at its end out."""
    numbers = ["1.2345678E7", "1.234567E7", "1.0E7", "1.2345678e+07", "1.23E+07", "1.23E17"]
    deliver(drop, "orders_1.csv", "id,name\n" + "".join(f"{number},Ann\n" for number in numbers))
    source.write(HEAD + f'    columns: {{id: "{kind}"}}\n')
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id") == [(10_000_000,), (12_345_670,), (12_345_678,)]
    assert source.rejects() == [(None, "id", None)] * 2


@pytest.mark.parametrize("date_format", ["", "%d/%m/%Y"])
def test_a_year_of_two_digits_is_no_year_of_the_first_century(
    drop: Path, source: MappedSource, date_format: str
) -> None:
    whole, short = ("31/01/2026", "31/01/26") if date_format else ("2026-01-31", "26-01-31")
    deliver(drop, "orders_1.csv", f"id,day\n1,{whole}\n2,{short}\n")
    written = f'    format: {{kind: csv, date_format: "{date_format}"}}\n' if date_format else ""
    source.write(HEAD + written + "    columns: {day: date}\n")
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, day") == [("1", date(2026, 1, 31)), ("2", None)]
    assert source.rejects() == [("2", "day", short)]


@pytest.mark.parametrize("content", [b"PK\x03\x04 half of it", b"id,name\n1,Ann\n"])
def test_a_file_that_is_no_whole_workbook_is_refused_by_its_name(
    drop: Path, source: MappedSource, content: bytes
) -> None:
    deliver(drop, "orders_1.xlsx", content)
    source.write(EXCEL)
    error = source.night(publish=False)["orders"].error
    assert isinstance(error, SourceError)
    assert "orders_1.xlsx is no whole workbook" in str(error) and "Deliver it again" in str(error)
