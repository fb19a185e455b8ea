"""Which files of a feed to read: complete ones that the lake's manifest does not know yet.

How they are parsed belongs to ``file_reader`` and its formats.
"""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from sources.contract import Reject, SourceFile
from sources.errors import SourceError
from sources.mapped.csv_files import FILE_COLUMN
from sources.mapped.database import KEPT
from sources.mapped.mapping import Connection, TableMapping
from sources.quoting import quoted

_log = logging.getLogger(__name__)
_CHUNK = 1 << 20
DEFAULT_SETTLE_SECONDS = 2


@dataclass(frozen=True)
class FeedFile:
    """A complete file of a feed; ``name`` is its path below the folder, which also gives the order of files."""

    name: str
    path: Path
    size: int
    modified_at: datetime

    def described(self) -> SourceFile:
        """Return the manifest's entry, reading the whole file for its checksum."""
        return SourceFile(self.name, self.size, self.modified_at, checksum(self.path))


@dataclass(frozen=True)
class Parsed:
    """Files as a SELECT.

    Attributes:
        select: yields ``columns`` and FILE_COLUMN, the place of each row's file in the feed's order, as sortable text.
        columns: (name, type) of each.
        rejects: lines that were set aside.
        ordered_select: the same with rows in the files' own order, where that takes another way of reading.
    """

    select: str
    columns: tuple[tuple[str, str], ...]
    rejects: tuple[Reject, ...] = ()
    ordered_select: str = ""


def numbered(paths: Sequence[str]) -> str:
    """Return the expression that turns FILE_COLUMN from a path into the file's place, as text that sorts."""
    listed = ", ".join(quoted(path) for path in paths)
    return f"lpad(cast(list_position([{listed}], {FILE_COLUMN}) as varchar), 9, '0')"


def checksum(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def complete_files(source: str, connection: Connection, table: TableMapping) -> list[FeedFile]:
    """Return the feed's files in order of name, without those still being written.

    A file counts as complete when its ``done_suffix`` companion is there, or, without that option, when it
    was not touched for ``settle_seconds``. Raises SourceError when the folder is missing.
    """
    folder = connection.file("folder")
    if not folder.is_dir():
        where = f"{connection.path}:{connection.line}"
        raise SourceError(source, None, f"there is no folder {folder}.", f"Correct `folder:` ({where}). {KEPT}")
    pattern, suffix = table.files or "*", connection.text("done_suffix")
    found = [path for path in folder.glob(pattern) if path.is_file() and not path.name.startswith(".")]
    paths = sorted(found, key=_place)
    if suffix:
        ready = [
            path for path in paths if path.with_name(path.name + suffix).exists() and not path.name.endswith(suffix)
        ]
        waiting = [path for path in paths if path not in ready and not path.name.endswith(suffix)]
    else:
        ready, waiting = _settled(paths, float(connection.text("settle_seconds") or DEFAULT_SETTLE_SECONDS))
    for path in waiting:
        _log.warning("%s.%s: %s is not complete yet and is left for the next run", source, table.name, path.name)
    return [_feed_file(folder, path) for path in ready]


def _place(path: Path) -> tuple[list[str | int], Path]:
    """Return what a file is ordered by: its name, numbers in it by their value, so that 10 comes after 9."""
    # text and numbers take turns, so that like is compared with like
    parts = re.split(r"([0-9]+)", path.as_posix())
    return [int(part) if at % 2 else part for at, part in enumerate(parts)], path


def _settled(paths: Sequence[Path], seconds: float) -> tuple[list[Path], list[Path]]:
    """Split files into settled and growing; waits, once, only when some were touched a moment ago."""
    fresh = {path: path.stat() for path in paths if time.time() - path.stat().st_mtime < seconds}
    if fresh and seconds:
        time.sleep(seconds)
    growing = {
        path
        for path, before in fresh.items()
        if not path.exists() or (path.stat().st_size, path.stat().st_mtime_ns) != (before.st_size, before.st_mtime_ns)
    }
    settled = [path for path in paths if path not in growing and path.stat().st_size > 0]
    return settled, [path for path in paths if path not in settled]


def _feed_file(folder: Path, path: Path) -> FeedFile:
    stat = path.stat()
    modified = datetime.fromtimestamp(stat.st_mtime, UTC).replace(tzinfo=None)
    return FeedFile(path.relative_to(folder).as_posix(), path, stat.st_size, modified)


def manifest(duck: duckdb.DuckDBPyConnection, source: str, table: TableMapping) -> dict[str, SourceFile]:
    """Return what the lake says of each file it has read, by path: the last reading counts."""
    rows = duck.execute(
        f"select path, size, modified_at, sha256 from lake.ingest.files where _source = {quoted(source)}"
        f" and object = {quoted(table.name)}"
        " qualify row_number() over (partition by path order by committed_at desc) = 1"
    ).fetchall()
    return {path: SourceFile(path, size, modified_at, sha256) for path, size, modified_at, sha256 in rows}


def to_read(
    files: Sequence[FeedFile], known: dict[str, SourceFile], table: TableMapping, *, is_full: bool
) -> list[tuple[FeedFile, SourceFile]]:
    """Return the files to read, with their manifest entries, in order of name.

    A snapshot is its newest file. A delta feed is read from its earliest new or changed file on: a file that
    arrives late, or is delivered again, must not overwrite what later files say.
    """
    if table.mode == "snapshot":
        files = files[-1:]
    first = 0 if is_full else next((i for i, file in enumerate(files) if _is_new(file, known)), len(files))
    return [(file, file.described()) for file in files[first:]]


def _is_new(file: FeedFile, known: dict[str, SourceFile]) -> bool:
    """Whether the lake has not read this content under this name; the checksum is taken only when in doubt."""
    entry = known.get(file.name)
    if entry is None or entry.size != file.size:
        return True
    return entry.modified_at != file.modified_at and entry.sha256 != checksum(file.path)
