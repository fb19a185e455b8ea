"""The four CSV files of the stewardship folder: made where they are missing, read with line numbers, appended to.

A file is one that people keep in git: a row is added at the end and no other byte is touched. What a row means is in
``decisions``.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sources.errors import CrmWarehouseError

_SIGNED = ("author", "reason", "decided_on", "expires_on")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "must_link": ("record_key", "other_record_key", *_SIGNED),
    "must_not_link": ("record_key", "other_record_key", *_SIGNED),
    "pinned_values": ("record_key", "attribute", "value", *_SIGNED),
    "placeholder_values": ("attribute", "value", *_SIGNED),
}
_MOST_SHOWN = 20


class StewardshipError(CrmWarehouseError):
    """The stewards' files are wrong; the text has one message for each mistake, ``<file>:<line>: <what to do>``."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        hidden = len(self.mistakes) - _MOST_SHOWN
        shown = "\n".join(self.mistakes[:_MOST_SHOWN])
        super().__init__(f"{shown}\nand {hidden} more mistakes" if hidden > 0 else shown)


@dataclass(frozen=True)
class Row:
    """One row of a file: its values by column, trimmed, and the line it begins on."""

    path: Path
    line: int
    values: Mapping[str, str]

    @property
    def place(self) -> str:
        """``<file>:<line>``."""
        return f"{self.path}:{self.line}"


def file_of(folder: Path, name: str) -> Path:
    """Return the path of one of the four files."""
    return folder / f"{name}.csv"


def create_missing(folder: Path) -> list[Path]:
    """Write each file that is not there, with its header and nothing else; return those written."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in COLUMNS if not file_of(folder, name).exists()]
    for name in missing:
        file_of(folder, name).write_text(",".join(COLUMNS[name]) + "\n", encoding="utf-8")
    return [file_of(folder, name) for name in missing]


def read(folder: Path) -> tuple[dict[str, list[Row]], list[str]]:
    """Return the rows of every file by its name, and what is wrong with their form; a missing file has no rows."""
    rows: dict[str, list[Row]] = {}
    mistakes: list[str] = []
    for name, columns in COLUMNS.items():
        path = file_of(folder, name)
        rows[name] = list(read_rows(path, columns, mistakes)) if path.exists() else []
    return rows, mistakes


def read_rows(path: Path, columns: Iterable[str], mistakes: list[str], *, others: bool = False) -> Iterator[Row]:
    """Yield the rows of a CSV file that has ``columns``, in any order, and ``others`` only if so told.

    Adds a message to ``mistakes`` for each row that is no row of such a file, and yields the rest.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        mistakes.append(f"{path}: is not UTF-8. Save it as CSV with the encoding UTF-8.")
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for fields in reader:
            begun, line = line, reader.line_num + 1
            if not any(field.strip() for field in fields):
                continue
            if header is None:
                header = [field.strip().lower() for field in fields]
                if wrong := _wrong_header(header, list(columns), others):
                    mistakes.append(f"{path}:{begun}: {wrong}")
                    return
            elif len(fields) != len(header):
                mistakes.append(f"{path}:{begun}: {_wrong_width(len(fields), len(header))}")
            else:
                yield Row(path, begun, {name: field.strip() for name, field in zip(header, fields, strict=True)})
    except csv.Error as error:
        mistakes.append(f'{path}:{line}: {error}. A text with commas or quotes stands in "…", a quote in it is "".')


def _wrong_header(header: list[str], columns: list[str], others: bool) -> str | None:
    """Return what is wrong with a header, or None."""
    wanted = f"The first line must be: {','.join(columns)}"
    if len(header) == 1 and ";" in header[0]:
        return f"the columns are separated by semicolons. Save it with commas. {wanted}"
    if missing := [name for name in columns if name not in header]:
        return f"the column {missing[0]} is missing. {wanted}"
    if repeated := [name for name in header if header.count(name) > 1]:
        return f"the column {repeated[0]} is there twice. {wanted}"
    if unknown := [name for name in header if name not in columns and not others]:
        return f"there is no column '{unknown[0]}'. {wanted}"
    return None


def _wrong_width(found: int, wanted: int) -> str:
    if found > wanted:
        return f"has {found} fields, the header has {wanted}. Put a text that holds commas in double quotes."
    return f"has {found} fields, the header has {wanted}. An empty field needs its comma, too."


def append(folder: Path, name: str, rows: Iterable[Mapping[str, str]]) -> None:
    """Add rows at the end of a file, in its own order of columns and its own line ends; the rest stays as it is.

    Where the disk refuses, OSError is raised and the file is as it was.
    """
    create_missing(folder)
    path = file_of(folder, name)
    before = path.read_bytes()
    end = "\r\n" if b"\r\n" in before else "\n"
    lines = csv.reader(io.StringIO(before.decode("utf-8-sig"), newline=""))
    header = next((line for line in lines if any(field.strip() for field in line)), None)
    added = io.StringIO(newline="")
    names = [each.strip().lower() for each in header] if header else list(COLUMNS[name])
    writer = csv.DictWriter(added, names, restval="", lineterminator=end)
    if header is None:
        writer.writeheader()
    writer.writerows(rows)
    glue = "" if not before or before.endswith(b"\n") else end
    with path.open("ab", buffering=0) as file:
        try:
            file.write((glue + added.getvalue()).encode())
            os.fsync(file.fileno())
        except OSError:
            file.truncate(len(before))
            raise
