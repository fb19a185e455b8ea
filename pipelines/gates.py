"""Opens what a quality gate looks at. What is expected of it lives in ``quality/suites``."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from pipelines.settings import Settings


def load_library() -> None:
    """Begin to import Great Expectations in the background: it costs seconds, in which sources can be read."""
    threading.Thread(target=importlib.import_module, args=("quality.engine",), daemon=True).start()


@contextmanager
def open_landed(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection with the lake attached as ``lake``, read-only."""
    from sources.lake import Lake

    with Lake(settings.lake, read_only=True) as lake:
        yield lake.connection


@contextmanager
def open_built(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection on the warehouse with ``lake`` attached, both read-only, the warehouse being the default.

    The last published file is attached as ``published`` when there is one.
    """
    from sources.lake import Lake

    with Lake(settings.lake, read_only=True) as lake:
        attach = f"attach '{settings.warehouse}' as warehouse (read_only)"
        lake.connection.execute(attach)
        published = settings.published / "crm.duckdb"
        if published.exists():
            lake.connection.execute(f"attach '{published.resolve()}' as published (read_only)")
        lake.connection.execute("use warehouse")
        yield lake.connection
