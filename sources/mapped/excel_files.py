"""Excel workbooks (.xlsx) as a FROM clause: one sheet, a header row anywhere, every cell as text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import ParseError

import duckdb

from sources.contract import Reject
from sources.mapped.csv_files import FILE_COLUMN, spelt, unique_names
from sources.mapped.excel_formulas import sheet_part, uncalculated
from sources.mapped.mapping import FileFormat
from sources.mapped.unreadable import UnreadableFile
from sources.mapped.zip_files import DAMAGED
from sources.quoting import identifier, quoted

_DATES_FROM_1904 = re.compile(rb'date1904="(1|true)"')


def select_sql(
    duck: duckdb.DuckDBPyConnection, files: Sequence[tuple[Path, str]], written: FileFormat
) -> tuple[str, tuple[tuple[str, str], ...], tuple[Reject, ...]]:
    """Return a SELECT over workbooks, given with their place in the feed's order, its columns, all text, and rejects.

    Raises duckdb.Error for a file that lacks the sheet, UnreadableFile for one that is no whole workbook, for a header
    that is not there or dates counted from 1904.
    """
    names: dict[str, None] = {}
    spellings: dict[str, str] = {}
    parts = []
    rejects: list[Reject] = []
    for path, place in files:
        with _whole(path):
            if _dates_from_1904(path):
                raise UnreadableFile(f"{path.name} counts days from 1904; save it with the 1900 date system")
            part = sheet_part(path, written.sheet)
        header = spelt(_header(duck, path, written), spellings)
        names |= dict.fromkeys(header)
        if part:
            with _whole(path):
                rejects += uncalculated(path, part, header, written.header_row)
        cells = ", ".join(f"nullif(c{position}, '') as {identifier(name)}" for position, name in enumerate(header, 1))
        aliases = ", ".join(f"c{position}" for position in range(1, len(header) + 1))
        source = f"{_range(path, written, written.header_row + 1, len(header))} as sheet({aliases})"
        filled = " or ".join(f"{identifier(name)} is not null" for name in header)
        # the reader pads a sheet with empty rows, and people leave empty rows between
        parts.append(f"select *, {quoted(place)} as {FILE_COLUMN} from (select {cells} from {source}) where {filled}")
    nulls = [each for each in written.null_values if each]
    union = " union all by name ".join(parts)
    if nulls:
        listed = ", ".join(quoted(each) for each in nulls)
        kept = ", ".join(
            f"case when {identifier(name)} not in ({listed}) then {identifier(name)} end as {identifier(name)}"
            for name in names
        )
        union = f"select {kept}, {FILE_COLUMN} from ({union})"
    return union, tuple((name, "VARCHAR") for name in names), tuple(rejects)


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Refuse a file that is damaged, lacks a part or is no workbook at all, by its name."""
    try:
        yield
    except (*DAMAGED, KeyError, ParseError) as error:
        raise UnreadableFile(f"{path.name} is no whole workbook (.xlsx): {error}") from None


def _dates_from_1904(path: Path) -> bool:
    """Whether a workbook counts days from 1904, as old ones from the Mac do."""
    with zipfile.ZipFile(path) as book:
        return bool(_DATES_FROM_1904.search(book.read("xl/workbook.xml")))


def _header(duck: duckdb.DuckDBPyConnection, path: Path, written: FileFormat) -> tuple[str, ...]:
    row = duck.execute(f"select * from {_range(path, written, written.header_row, 0, written.header_row)}").fetchone()
    values = [None if each is None else str(each) for each in row or ()]
    while values and not values[-1]:
        values.pop()
    if not values:
        raise UnreadableFile(f"{path.name} has no header in row {written.header_row}")
    return unique_names(values)


def _range(path: Path, written: FileFormat, first: int, width: int, last: int = 1_048_576) -> str:
    sheet = f", sheet = {quoted(written.sheet)}" if written.sheet else ""
    cells = f"A{first}:{_letters(width or 1000)}{last}"
    return f"read_xlsx({quoted(path)}, header = false, all_varchar = true, range = {quoted(cells)}{sheet})"


def _letters(position: int) -> str:
    """Return a column's letters: 1 is A, 27 is AA."""
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
