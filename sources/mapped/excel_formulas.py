"""Cells of a workbook whose formula was never calculated: a program wrote it, and no spreadsheet has opened it since.

The reader finds nothing in them, where whoever opens the workbook sees a value.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from sources.contract import Reject

_CHUNK = 1 << 22
# no cell with a formula is longer: it has 8,192 characters at most, which XML may spell out
_LONGEST = 1 << 16
# programs give every element a prefix, or none
_ANY = rb"(?:[\w.-]+:)?"
_UNCALCULATED = re.compile(
    rb"<%(any)sc(?P<attributes>\s[^>]*)>\s*"
    rb"<%(any)sf(?:\s[^>]*?)?(?:/>|>(?P<formula>[^<]*)</%(any)sf>)\s*"
    rb"(?:<%(any)sv(?:\s[^>]*?)?(?:/>|></%(any)sv>)\s*)?</%(any)sc>" % {b"any": _ANY}
)
_PLACE = re.compile(rb'\sr="(?P<letters>[A-Z]+)(?P<row>\d+)"')
# a calculated text may be empty: its cell says that it is a text
_TEXT = re.compile(rb'\st="str"')


def sheet_part(path: Path, sheet: str | None) -> str | None:
    """Return the file inside a workbook that holds a sheet, the first one unless it is named; None where none is.

    Raises KeyError where a part is missing that another names, ParseError where one is no XML.
    """
    with zipfile.ZipFile(path) as book:
        sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).findall(".//{*}sheet")
        found = next((each for each in sheets if sheet in (None, each.get("name"))), None)
        links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
        targets = {each.get("Id"): each.get("Target", "") for each in links}
        if found is None:
            return None
        # r:id, whose namespace differs between the two kinds of workbooks, beside sheetId
        wanted = next((value for name, value in found.items() if name.endswith("}id")), None)
        if wanted not in targets:
            raise KeyError(f"There is no part of the sheet {found.get('name')}")
        # a path with .. in it is not made plain: the reader of workbooks does not do so either
        return book.getinfo(str(PurePosixPath("/xl", targets[wanted])).lstrip("/")).filename


def uncalculated(path: Path, part: str, header: Sequence[str], header_row: int) -> Iterator[Reject]:
    """Yield one reject per column that holds formulas without a value below the header of a sheet."""
    first: dict[int, tuple[str, str]] = {}
    counts: dict[int, int] = {}
    for letters, row, formula in _found(path, part):
        column = _position(letters)
        if row > header_row and column <= len(header):
            first.setdefault(column, (f"{letters}{row}", f"={formula}"))
            counts[column] = counts.get(column, 0) + 1
    for column, (place, formula) in first.items():
        more = counts[column] - 1
        others = f", nor {more:,} more of its column" if more else ""
        reason = (
            f"{path.name} cell {place}: its formula was never calculated{others}; open the workbook in a spreadsheet"
            " and save it"
        )
        yield Reject(None, header[column - 1], formula, reason, place)


def _found(path: Path, part: str) -> Iterator[tuple[str, int, str]]:
    """Yield column, row and formula of each such cell of a sheet."""
    with zipfile.ZipFile(path) as book, book.open(part) as cells:
        rest, is_more = b"", True
        while is_more:
            chunk = cells.read(_CHUNK)
            text, is_more = rest + chunk, bool(chunk)
            # what begins later may end in the next chunk
            end = max(0, len(text) - _LONGEST) if is_more else len(text)
            for cell in _UNCALCULATED.finditer(text):
                if cell.start() >= end:
                    break
                end = max(end, cell.end())
                place = _PLACE.search(cell["attributes"])
                if place and not _TEXT.search(cell["attributes"]):
                    formula = (cell["formula"] or b"").decode("utf-8", "replace")
                    yield place["letters"].decode(), int(place["row"]), formula
            rest = text[end:]


def _position(letters: str) -> int:
    """Return a column's place: A is 1, AA is 27."""
    place = 0
    for letter in letters:
        place = 26 * place + ord(letter) - 64
    return place
