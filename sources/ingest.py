"""One run over one source: for every object its window, its extract, its commit, alone or with others.

How a source is read is the connector's; what is a change is the lake's. The order and the failures are here.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sources.contract import Connector, Extract, Reading, SourceObject, Window
from sources.errors import CrmWarehouseError, SourceError
from sources.lake import Committed, Lake, ledger
from sources.lake.location import redacted, remove_tree

# so many objects with so many bytes of staged rows wait for each other: after every commit DuckLake reads the names and
# sizes of all tables again, which for many small objects costs most of their reading
_TOGETHER = 50
_TOGETHER_BYTES = 4 * 2**20


@dataclass(frozen=True)
class ObjectResult:
    """What became of one object in one run: either ``committed`` or ``error`` is None. ``seconds`` is wall time."""

    source: str
    object_name: str
    table: str
    committed: Committed | None
    error: CrmWarehouseError | None
    seconds: float


def ingest(
    connector: Connector,
    lake: Lake,
    run_id: str,
    *,
    staging: Path,
    tables: Collection[str] | None = None,
    full: bool = False,
    since: datetime | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Iterator[ObjectResult]:
    """Read every object of ``connector`` from its cursor on, and commit each with its new cursor.

    An object that fails does not stop the others; its error is in its result and in the lake's ledger.

    Args:
        staging: folder for staged pages; what a killed run left there of this source is removed first.
        tables: lake tables to read; None is all of them.
        full: read from the start again; only real changes are appended.
        since: read again from here (naive UTC). It never skips anything: the cursor wins where it is earlier, and an
            object that was never read is read from the start.
        progress: called with the table and the number of rows newly staged.
    """
    folder = staging / re.sub(r"\W", "_", connector.name)
    remove_tree(folder)
    objects = [obj for obj in connector.objects() if tables is None or obj.table in tables]
    try:
        lake.declare(connector.type, objects)
        # asked once: the first question after every commit makes DuckLake read its catalog again
        last = ledger.last_windows(lake.connection, connector.name)
        now = connector.clock()
    except Exception as error:
        failure = _actionable(connector.name, None, error)
        lake.record_failure(connector.name, None, failure, run_id)
        for obj in objects:
            yield ObjectResult(connector.name, obj.name, obj.table, None, failure, 0.0)
        return
    batch = _Batch(connector, lake, run_id, folder, progress)
    for obj in objects:
        window = _window(last.get(obj.table), obj, now, full=full, since=since)
        batch.read(obj, window, last.get(obj.table))
        yield from batch.taken()
    batch.commit()
    remove_tree(folder)
    yield from batch.taken()


def _window(last: Window | None, obj: SourceObject, now: datetime, *, full: bool, since: datetime | None) -> Window:
    """Return the window to read next; it ends ``lag`` before the source's time and leaves no gap."""
    until = now - obj.lag
    if full or last is None:
        return Window(None, until)
    # a source whose clock went back has nothing to say yet, and the cursor stays where it is
    start = min(last.until - obj.lookback, until)
    if since is not None and since < start:
        # what the source handed out goes on from the cursor, not from an earlier time
        return Window(since, until)
    return Window(start, until, last.token)


@dataclass(frozen=True)
class _Staged:
    """An object that was read and waits in ``folder`` to be committed; ``size`` in bytes, ``seconds`` of reading."""

    obj: SourceObject
    extract: Extract
    folder: Path
    size: int
    seconds: float


class _Batch:
    """Objects of one source on their way into the lake: small ones are committed together."""

    def __init__(
        self,
        connector: Connector,
        lake: Lake,
        run_id: str,
        folder: Path,
        progress: Callable[[str, int], None] | None,
    ) -> None:
        self._connector, self._lake, self._run_id = connector, lake, run_id
        self._folder, self._progress = folder, progress
        self._waiting: list[_Staged] = []
        self._done: list[ObjectResult] = []

    def read(self, obj: SourceObject, window: Window, last: Window | None) -> None:
        """Read one object; commit what waits when that is enough, or cannot wait."""
        started, own = time.monotonic(), self._own_folder(obj)
        try:
            extract = self._connector.read(obj, window, self._reading(obj, own, last))
        except Exception as error:
            self.commit()
            remove_tree(own)
            self._fail(obj, error, time.monotonic() - started)
            return
        size = sum(path.stat().st_size for path in own.rglob("*") if path.is_file())
        size += sum(file.size for file in extract.files)
        is_alone = size >= _TOGETHER_BYTES or not extract.is_lasting
        if is_alone:
            # what is large has its own transaction, whatever the small ones need
            self.commit()
        self._waiting.append(_Staged(obj, extract, own, size, time.monotonic() - started))
        is_enough = len(self._waiting) >= _TOGETHER or sum(each.size for each in self._waiting) >= _TOGETHER_BYTES
        if is_alone or is_enough:
            self.commit()

    def commit(self) -> None:
        """Commit what waits: together, or each object by itself so that one that fails does not stop the others."""
        waiting, self._waiting = self._waiting, []
        whose, started = (self._connector.type, self._connector.name), time.monotonic()
        together = None
        if len(waiting) > 1:
            extracts = [each.extract for each in waiting]
            together = self._lake.commit_together(*whose, extracts, self._run_id)
        for number, each in enumerate(waiting):
            try:
                done = together[number] if together else self._lake.commit(*whose, each.extract, self._run_id)
            except Exception as error:
                self._fail(each.obj, error, each.seconds + time.monotonic() - started)
            else:
                seconds = each.seconds + (time.monotonic() - started) / (len(waiting) if together else 1)
                self._done.append(self._result(each.obj, done, None, seconds))
            if not together:
                started = time.monotonic()
            remove_tree(each.folder)

    def taken(self) -> list[ObjectResult]:
        """Return what became of objects since this was asked last, in the order of reading."""
        done, self._done = self._done, []
        return done

    def _own_folder(self, obj: SourceObject) -> Path:
        """Return a folder that no earlier read had.

        DuckDB takes a file that is written anew within the same second for the one it has cached.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"{obj.table}-", dir=self._folder))

    def _reading(self, obj: SourceObject, own: Path, last: Window | None) -> Reading:
        def staged(rows: int) -> None:
            if self._progress:
                self._progress(obj.table, rows)

        def log(table: str) -> str:
            if any(each.obj.table == table for each in self._waiting):
                self.commit()
            return self._lake.log_of(self._connector.type, self._connector.name, table)

        return Reading(self._lake.connection, own, staged, log, last)

    def _fail(self, obj: SourceObject, error: Exception, seconds: float) -> None:
        failure = _actionable(self._connector.name, obj.name, error)
        self._lake.record_failure(self._connector.name, obj.name, failure, self._run_id)
        self._done.append(self._result(obj, None, failure, seconds))

    def _result(
        self, obj: SourceObject, committed: Committed | None, error: CrmWarehouseError | None, seconds: float
    ) -> ObjectResult:
        return ObjectResult(self._connector.name, obj.name, obj.table, committed, error, seconds)


def _actionable(source: str, object_name: str | None, error: Exception) -> CrmWarehouseError:
    """Return the error as one a person can act on, without secrets; one that already is stays as it is."""
    if isinstance(error, CrmWarehouseError):
        return error
    failure = SourceError(
        source,
        object_name,
        f"{type(error).__name__}: {redacted(str(error))}",
        "Nothing of this window was committed; the next run reads it again.",
    )
    failure.__cause__ = error
    return failure
