"""Which files of a feed have arrived whole. Which of those are new belongs to ``deliveries``."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sources.databases.connection import Connection
from sources.databases.database import KEPT
from sources.errors import SourceError
from sources.mapped.dbf_memos import memo_file
from sources.mapped.deliveries import incomplete
from sources.mapped.file_feed import FeedFile, place
from sources.mapped.mapping import TableMapping

_log = logging.getLogger(__name__)
DEFAULT_SETTLE_SECONDS = 2


def complete_files(source: str, connection: Connection, table: TableMapping) -> list[FeedFile]:
    """Return the feed's files in order of name, without those still being written.

    A file counts as complete when its ``done_suffix`` companion is there, or, without that option, when it was not
    touched for ``settle_seconds``; one of several parts, when all of them are. Raises SourceError when the folder is
    missing.
    """
    folder = connection.file("folder")
    if not folder.is_dir():
        where = f"{connection.path}:{connection.line}"
        raise SourceError(source, None, f"there is no folder {folder}.", f"Correct `folder:` ({where}). {KEPT}")
    pattern, suffix = table.files or "*", connection.text("done_suffix")
    found = [path for path in folder.glob(pattern) if path.is_file() and not path.name.startswith(".")]
    paths = sorted(found, key=lambda path: (place(path.as_posix()), path))
    if suffix:
        ready = [
            path for path in paths if path.with_name(path.name + suffix).exists() and not path.name.endswith(suffix)
        ]
        waiting = [path for path in paths if path not in ready and not path.name.endswith(suffix)]
    else:
        ready, waiting = _settled(paths, float(connection.text("settle_seconds") or DEFAULT_SETTLE_SECONDS))
    waiting += incomplete(ready, waiting, table)
    for path in waiting:
        _log.warning("%s.%s: %s is not complete yet and is left for the next run", source, table.name, path.name)
    return [_feed_file(folder, path, table) for path in ready if path not in waiting]


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


def _feed_file(folder: Path, path: Path, table: TableMapping) -> FeedFile:
    companions = _companions(path, table)
    states = [each.stat() for each in (path, *companions)]
    modified = datetime.fromtimestamp(max(each.st_mtime for each in states), UTC).replace(tzinfo=None)
    size = sum(each.st_size for each in states)
    return FeedFile(path.relative_to(folder).as_posix(), path, size, modified, companions)


def _companions(path: Path, table: TableMapping) -> tuple[Path, ...]:
    """Return the files that belong to one and may change without it."""
    is_dbf = table.format.kind == "dbf" and table.format.has_memos and not table.members
    memos = memo_file(path) if is_dbf else None
    return (memos,) if memos else ()
