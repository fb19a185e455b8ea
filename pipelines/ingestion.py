"""Reads the configured sources of one type into the lake, and says afterwards what happened.

How an object is read belongs to its connector, how it is kept to the lake; here is who is read and how often.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from pipelines.progress import report
from pipelines.settings import Settings
from sources.config import SourceConfig, WarehouseConfig
from sources.discovery import create, declared_objects
from sources.errors import ConfigError, CrmWarehouseError, TransientSourceError

if TYPE_CHECKING:
    from sources.ingest import ObjectResult
    from sources.lake import Committed, Lake


def lake_tables(connector_type: str, config: WarehouseConfig) -> dict[str, str]:
    """Return lake table → the source's own object name for everything sources of the type hold.

    A source whose configuration is wrong adds nothing here; reading it says why.
    """
    objects = list(declared_objects(connector_type))
    for source in sources_of(connector_type, config):
        try:
            objects += create(source).objects()
        except ConfigError:
            continue
    return {each.table: each.name for each in objects}


def configured_objects(config: WarehouseConfig) -> dict[str, frozenset[str] | None]:
    """Return configured source -> its objects by the source's own names; None where its configuration is wrong."""
    objects: dict[str, frozenset[str] | None] = {}
    for source in config.sources:
        try:
            objects[source.name] = frozenset(each.name for each in create(source).objects())
        except CrmWarehouseError:
            objects[source.name] = None
    return objects


def sources_of(connector_type: str, config: WarehouseConfig) -> tuple[SourceConfig, ...]:
    """Return the configured sources of a type, in the order of the file."""
    return tuple(source for source in config.sources if source.type == connector_type)


class Run(Protocol):
    """What reading has to know of the run that it is part of; a ``Night`` is one. See there for the attributes."""

    @property
    def settings(self) -> Settings:
        """Where everything lies."""

    @property
    def config(self) -> WarehouseConfig:
        """The sources to read."""

    @property
    def run_id(self) -> str:
        """The run's id in the lake."""

    attempts: int
    retry_seconds: float
    full_refresh: bool


@dataclass(frozen=True)
class Read:
    """One object of one source, as it was last tried; ``error`` None means its window is committed."""

    source: str
    table: str | None
    error: CrmWarehouseError | None
    seconds: float
    committed: Committed | None = None


def read_sources(
    run: Run,
    lake: Lake,
    connector_type: str,
    tables: Collection[str] | None,
    say: Callable[[str], None],
    since: datetime | None = None,
) -> list[Read]:
    """Read every source of a type that the run has; ``tables`` None means all. ``since``: see ``sources.ingest``.

    No source stops another. What fails for a passing reason is tried again after the rest has been read; windows
    that were committed are not read twice.
    """
    lake.declare(connector_type, declared_objects(connector_type))
    sources = {source.name: source for source in sources_of(connector_type, run.config)}
    done: dict[tuple[str, str | None], Read] = {}
    pending = dict.fromkeys(sources, tables)
    for attempt in range(1, run.attempts + 1):
        for name, wanted in pending.items():
            done.pop((name, None), None)
            done |= {(name, each.table): each for each in _read_source(run, lake, sources[name], wanted, since)}
        pending = _to_try_again(pending, tables, done.values())
        if not pending or attempt == run.attempts:
            break
        pause = run.retry_seconds * 2 ** (attempt - 1)
        say(f"{', '.join(pending)}: trying again in {pause:g} s")
        time.sleep(pause)
    return list(done.values())


def _read_source(
    run: Run, lake: Lake, source: SourceConfig, tables: Collection[str] | None, since: datetime | None
) -> Iterator[Read]:
    from sources.ingest import ingest

    try:
        connector = create(source)
    except CrmWarehouseError as error:
        lake.record_failure(source.name, None, error, run.run_id)
        yield Read(source.name, None, error, 0)
        return
    task = f"Read {source.name}"
    report(task, "connecting")
    with closing(connector):
        results: Iterator[ObjectResult] = ingest(
            connector,
            lake,
            run.run_id,
            staging=run.settings.staging / source.name,
            tables=tables,
            full=run.full_refresh,
            since=since,
            progress=lambda name, rows: report(task, name, rows, unit="rows"),
        )
        read, failed = 0, 0
        for result in results:
            read, failed = read + 1, failed + (result.error is not None)
            yield Read(source.name, result.table, result.error, result.seconds, result.committed)
        if failed:
            report(task, failed=f"{failed} of {read} objects could not be read")


def _to_try_again(
    names: Iterable[str], tables: Collection[str] | None, reads: Collection[Read]
) -> dict[str, Collection[str] | None]:
    """Return what failed for a passing reason: source name → its tables, or ``tables`` when the whole source did."""
    again: dict[str, Collection[str] | None] = {}
    for name in names:
        failed = [read.table for read in reads if read.source == name and isinstance(read.error, TransientSourceError)]
        if failed:
            again[name] = tables if None in failed else {table for table in failed if table}
    return again
