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
from sources.mapped.mapping import FileFormat

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHUNK = 1 << 22
# a calculated text may be empty: its cell says that it is a text
_UNCALCULATED = re.compile(
    rb'<c r="(?P<letters>[A-Z]+)(?P<row>\d+)"(?![^>]*t="str")[^>]*><f[^>]*?(?:/>|>(?P<formula>[^<]*)</f>)'
    rb"(?:<v\s*/>|<v></v>)?</c>"
)


def uncalculated(path: Path, name: str, header: Sequence[str], written: FileFormat) -> Iterator[Reject]:
    """Yield the cells below the header that hold a formula and no value; ``name`` is the file's, for messages."""
    for cell in _found(path, written.sheet):
        row, column = int(cell["row"]), _position(cell["letters"].decode())
        if row <= written.header_row or column > len(header):
            continue
        place = f"{cell['letters'].decode()}{row}"
        reason = (
            f"{name} cell {place}: its formula was never calculated; open the workbook in a spreadsheet and save it"
        )
        formula = f"={(cell['formula'] or b'').decode('utf-8', 'replace')}"
        yield Reject(None, header[column - 1], formula, reason, place)


def _found(path: Path, sheet: str | None) -> Iterator[re.Match[bytes]]:
    """Yield the cells of the sheet that is read, the first one unless it is named."""
    with zipfile.ZipFile(path) as book:
        sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
        link = next((each.get(_ID) for each in sheets if sheet in (None, each.get("name"))), None)
        links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
        target = next((each.get("Target", "") for each in links if each.get("Id") == link), None)
        if not target:
            return
        rest = b""
        with book.open(str(PurePosixPath("/xl", target)).lstrip("/")) as cells:
            while chunk := cells.read(_CHUNK):
                text = rest + chunk
                whole = max(0, text.rfind(b"<c "))
                yield from _UNCALCULATED.finditer(text, 0, whole)
                rest = text[whole:]
        yield from _UNCALCULATED.finditer(rest)


def _position(letters: str) -> int:
    """Return a column's place: A is 1, AA is 27."""
    place = 0
    for letter in letters:
        place = 26 * place + ord(letter) - 64
    return place
