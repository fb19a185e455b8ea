"""Reads one source into the lake outside the nightly job: ``crm-warehouse ingest``. Builds and publishes nothing.

The windows are the night's own: what is read here, no night reads again, and a night goes on from here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipelines.ingestion import Read, read_sources
from pipelines.lakes import keep_open, open_lake
from pipelines.locking import only_run
from pipelines.selecting import config_with_sources, objects_named, source_named
from pipelines.settings import Settings
from sources.config import WarehouseConfig
from sources.discovery import create
from sources.errors import CrmWarehouseError
from sources.lake import install_extensions


@dataclass
class Order:
    """One reading outside a night; the attributes are those of a ``Run``."""

    settings: Settings
    config: WarehouseConfig
    run_id: str
    attempts: int
    retry_seconds: float
    full_refresh: bool


def ingest_source(
    settings: Settings,
    name: str,
    objects: Collection[str],
    *,
    since: datetime | None,
    full: bool,
    attempts: int,
    retry_seconds: float,
    say: Callable[[str], None],
) -> list[Read]:
    """Read a configured source, or only these of its objects, into the lake.

    Args:
        since: read again from here, naive UTC.
        full: read from the start again.
        say: told what is tried again.

    Raises CrmWarehouseError for a name that is unknown, for a ``since`` that is none, and while a run holds the
    warehouse; what a source refuses is in the result instead.
    """
    if since and full:
        raise CrmWarehouseError("--since and --full exclude each other: --full reads from the start.")
    if since and since > datetime.now(UTC).replace(tzinfo=None):
        raise CrmWarehouseError(f"--since {since.isoformat()} lies in the future; it is a time in UTC.")
    config = config_with_sources(settings)
    source = source_named(config, name)
    tables = None
    if objects:
        with closing(create(source)) as connector:
            tables = {obj.table for obj in objects_named(connector, objects)}
    only = replace(config, sources=(source,))
    order = Order(settings, only, str(uuid.uuid4()), attempts, retry_seconds, full)
    install_extensions(settings.extensions)
    with only_run(settings, f"ingest {name}"), keep_open(settings), open_lake(settings) as lake:
        return read_sources(order, lake, source.type, tables, say, since)
