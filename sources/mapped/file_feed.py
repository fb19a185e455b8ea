"""The vocabulary of feeds of files: a complete file, files parsed to text.

Which files to read belongs to ``arrivals`` and ``deliveries``, how they are parsed to ``parsing`` and its formats.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sources.contract import Reject, SourceFile
from sources.mapped.csv_files import FILE_COLUMN
from sources.quoting import quoted

_CHUNK = 1 << 20
_MOST_BROKEN = 0.5


@dataclass(frozen=True)
class FeedFile:
    """A complete file of a feed; ``name`` is its path below the folder, which also gives the order of files.

    ``companions`` belong to it and change with it, as memos do; size, time and checksum are those of all of them.
    """

    name: str
    path: Path
    size: int
    modified_at: datetime
    companions: tuple[Path, ...] = ()

    def checksum(self) -> str:
        """Return the SHA-256 in hexadecimal, reading every byte unless this process has done so before."""
        parts = (self.path, *self.companions)
        return _checksum(parts, tuple((part.stat().st_size, part.stat().st_mtime_ns) for part in parts))

    def described(self) -> SourceFile:
        """Return the manifest's entry."""
        return SourceFile(self.name, self.size, self.modified_at, self.checksum())


@dataclass(frozen=True)
class Parsed:
    """Files as a SELECT.

    Attributes:
        select: yields ``columns`` and FILE_COLUMN, the place of each row's file in the feed's order, as sortable text.
        columns: (name, type) of each.
        rejects: lines that were set aside.
        ordered_select: the same with rows in the files' own order, where that takes another way of reading.
        source_count: the records that the files themselves say they have, None where one does not say.
        types: (type, strptime format or None) of text columns whose type the files themselves tell.
    """

    select: str
    columns: tuple[tuple[str, str], ...]
    rejects: tuple[Reject, ...] = ()
    ordered_select: str = ""
    source_count: int | None = None
    types: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)


def place(name: str) -> list[str | int]:
    """Return what files are ordered by: the name, numbers in it by their value, so that 10 comes after 9."""
    # text and numbers take turns, so that like is compared with like
    return [int(part) if at % 2 else part for at, part in enumerate(re.split(r"([0-9]+)", name))]


def numbered(paths: Sequence[str]) -> str:
    """Return the expression that turns FILE_COLUMN from a path into the file's place, as text that sorts."""
    listed = ", ".join(quoted(path) for path in paths)
    return f"lpad(cast(list_position([{listed}], {FILE_COLUMN}) as varchar), 9, '0')"


def is_most(broken: int, records: int) -> bool:
    """Whether so many of a file's records do not fit that the format is wrong, not the records."""
    return broken > max(1, _MOST_BROKEN * records)


@lru_cache(maxsize=256)
def _checksum(parts: tuple[Path, ...], state: tuple[tuple[int, int], ...]) -> str:
    """Return the SHA-256 of files in a ``state`` of size and time: one export feeds many tables."""
    digest = hashlib.sha256()
    for path in parts:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
