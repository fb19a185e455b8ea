"""One run over one source: for every object its window, its extract, its commit.

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

from sources.contract import Connector, Reading, SourceObject, Window
from sources.errors import CrmWarehouseError, SourceError
from sources.lake import Committed, Lake, ledger
from sources.lake.location import redacted, remove_tree


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
    for obj in objects:
        started = time.monotonic()
        committed, failed = None, None
        try:
            window = _window(last.get(obj.table), obj, now, full=full, since=since)
            committed = _read(connector, lake, run_id, obj, window, folder, progress)
        except Exception as error:
            failed = _actionable(connector.name, obj.name, error)
            lake.record_failure(connector.name, obj.name, failed, run_id)
        finally:
            remove_tree(folder)
        yield ObjectResult(connector.name, obj.name, obj.table, committed, failed, time.monotonic() - started)


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


def _read(
    connector: Connector,
    lake: Lake,
    run_id: str,
    obj: SourceObject,
    window: Window,
    folder: Path,
    progress: Callable[[str, int], None] | None,
) -> Committed:
    """Stage and commit one object, in a folder of ``folder`` that no earlier read had.

    DuckDB takes a file that is written anew within the same second for the one it has cached.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = Path(tempfile.mkdtemp(prefix=f"{obj.table}-", dir=folder))

    def staged(rows: int) -> None:
        if progress:
            progress(obj.table, rows)

    def log(table: str) -> str:
        return lake.log_of(connector.type, connector.name, table)

    extract = connector.read(obj, window, Reading(lake.connection, own, staged, log))
    return lake.commit(connector.type, connector.name, extract, run_id)


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
