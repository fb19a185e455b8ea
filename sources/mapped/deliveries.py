"""Which files of a feed to read: those of its newest delivery, or those the lake's manifest does not know yet.

A delivery of a snapshot is a single file, or parts whose names differ in their last number.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from sources.contract import SourceFile
from sources.mapped.file_feed import FeedFile, place
from sources.mapped.mapping import TableMapping
from sources.mapped.zip_files import has_member
from sources.quoting import quoted

_log = logging.getLogger(__name__)
_LAST_NUMBER = re.compile(r"(\d+)(?=\D*$)")


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

    A snapshot is its newest delivery, read whole when any part of it is new, unless a later one was read already and
    is no longer there: what is true now is what that one said. A delta feed is read from its earliest
    new or changed file on: a file that arrives late, or is delivered again, must not overwrite what later files say.
    Raises UnreadableFile for a ZIP that is cut off.
    """
    if table.mode == "snapshot":
        delivery = newest_delivery(files, table)
        is_due = is_full or (any(_is_new(file, known) for file in delivery) and not _is_outdated(delivery, known))
        return [(file, file.described()) for file in delivery] if is_due else []
    first = 0 if is_full else next((i for i, file in enumerate(files) if _is_new(file, known)), len(files))
    return [(file, file.described()) for file in files[first:]]


def _is_new(file: FeedFile, known: dict[str, SourceFile]) -> bool:
    """Whether the lake has not read this content under this name; the checksum is taken only when in doubt."""
    entry = known.get(file.name)
    if entry is None or entry.size != file.size:
        return True
    return entry.modified_at != file.modified_at and entry.sha256 != file.checksum()


def _is_outdated(delivery: Sequence[FeedFile], known: dict[str, SourceFile]) -> bool:
    """Whether the lake has read a file that comes after a delivery both by its name and by its time."""
    last, finished = place(delivery[-1].name), max(file.modified_at for file in delivery)
    later = [each.path for each in known.values() if place(each.path) > last and each.modified_at > finished]
    if later:
        _log.warning("%s is older than %s, which was read before: it is left out", delivery[-1].name, later[0])
    return bool(later)


def newest_delivery(files: Sequence[FeedFile], table: TableMapping) -> list[FeedFile]:
    """Return the files of the newest delivery; of ZIPs, the newest in which the object is.

    An export in which an object was not chosen says nothing about its records: the one before still counts.
    """
    for delivery in reversed(_deliveries(files, table)):
        if table.members is None or any(has_member(each, table.members) for each in delivery):
            return delivery
        where = f"{delivery[0].name}{' and its other parts' if len(delivery) > 1 else ''}"
        _log.warning("%s: no member '%s' in %s; nothing is deleted for that", table.name, table.members, where)
    return []


def incomplete(paths: Sequence[Path], waiting: Sequence[Path], table: TableMapping) -> list[Path]:
    """Return the paths whose delivery lacks a part: one is still being written, or a number is left out."""
    if not table.has_parts:
        return []
    parts: dict[str, list[Path]] = {}
    for path in paths:
        parts.setdefault(_delivery(path.as_posix()), []).append(path)
    late = {_delivery(path.as_posix()) for path in waiting}
    return [path for key, each in parts.items() if key in late or _has_gap(each) for path in each]


def _deliveries(files: Sequence[FeedFile], table: TableMapping) -> list[list[FeedFile]]:
    """Return the deliveries in the order of their files."""
    found: dict[str, list[FeedFile]] = {}
    for file in files:
        found.setdefault(_delivery(file.name) if table.has_parts else file.name, []).append(file)
    return list(found.values())


def _delivery(name: str) -> str:
    """Return a name without its last number, that of the part."""
    return _LAST_NUMBER.sub("#", name)


def _has_gap(parts: Sequence[Path]) -> bool:
    """Whether the parts' numbers, which begin with 0 or 1, leave one out."""
    numbers = sorted(int(match[1]) for path in parts if (match := _LAST_NUMBER.search(path.as_posix())))
    return bool(numbers) and numbers != list(range(min(numbers[0], 1), numbers[-1] + 1))
