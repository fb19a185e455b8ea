"""Workbooks as programs write them: formulas that were never calculated, prefixed elements, parts that are missing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sources.errors import SourceError
from sources.mapped import excel_formulas
from tests.integration.mapped.conftest import MappedSource, deliver

EXCEL = """
connection: {kind: files, folder: drop}
tables:
  orders:
    files: "orders_*"
    key: id
    format: {kind: excel}
    columns: {total: integer}
"""
ROWS = (["id", "total"], ["1", "=1+1"], ["2", 5], ["3", "=2+2"], ["4", "=B3"])
RELATIONS, SHEET = "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"


def workbook(
    folder: Path, *rows: Sequence[Any], change: Callable[[str, bytes], bytes | None] = lambda _, part: part
) -> None:
    """Drop a workbook of one sheet, each part of which is first changed, or left out."""
    book, made, changed = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(changed, "w") as kept:
        for name in parts.namelist():
            content = change(name, parts.read(name))
            if content is not None:
                kept.writestr(name, content)
    deliver(folder, "orders_1.xlsx", changed.getvalue())


def prefixed(name: str, part: bytes) -> bytes:
    """Prefix the elements of the sheet and put its cells' places last."""
    if name != SHEET:
        return part
    moved = re.sub(rb'<c( r="\w+")([^>]*)>', rb"<c\2\1>", part)
    return re.sub(rb"<(/?)(\w)", rb"<\1x:\2", moved).replace(b"xmlns=", b"xmlns:x=")


@pytest.mark.parametrize("change", [lambda _, part: part, prefixed])
def test_the_formulas_of_a_column_that_were_never_calculated_are_set_aside_once(
    drop: Path, source: MappedSource, monkeypatch: pytest.MonkeyPatch, change: Callable[[str, bytes], bytes | None]
) -> None:
    monkeypatch.setattr(excel_formulas, "_CHUNK", 50)
    monkeypatch.setattr(excel_formulas, "_LONGEST", 200)
    workbook(drop, *ROWS, change=change)
    source.write(EXCEL)
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, total") == [("1", None), ("2", 5), ("3", None), ("4", None)]
    assert source.rejects() == [(None, "total", "=1+1")]
    ((reason,),) = source.rows("select reason from lake.ingest.rejected_rows")
    assert reason.startswith("orders_1.xlsx cell B2: its formula was never calculated, nor 2 more of its column")


@pytest.mark.parametrize(
    "change",
    [
        lambda name, part: None if name == RELATIONS else part,
        lambda name, part: None if name == SHEET else part,
        lambda name, part: part.replace(b"rId1", b"rId9") if name == RELATIONS else part,
        lambda name, part: part[:-9] if name == RELATIONS else part,
        lambda name, part: part.replace(b"/xl/worksheets", b"../xl/worksheets") if name == RELATIONS else part,
    ],
)
def test_a_workbook_whose_sheet_is_not_where_it_says_is_refused_by_its_name(
    drop: Path, source: MappedSource, change: Callable[[str, bytes], bytes | None]
) -> None:
    workbook(drop, *ROWS, change=change)
    source.write(EXCEL)
    error = source.night(publish=False)["orders"].error
    assert isinstance(error, SourceError)
    assert "orders_1.xlsx is no whole workbook" in str(error) and "Deliver it again" in str(error)
