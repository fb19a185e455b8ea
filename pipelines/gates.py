"""Opens what a quality gate looks at and keeps what it let pass. What is expected of it lives in ``quality/suites``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipelines.lakes import open_lake
from pipelines.settings import Settings
from sources.quoting import quoted

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@contextmanager
def open_landed(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection with the lake attached as ``lake``."""
    with open_lake(settings, read_only=True) as lake:
        yield lake.connection


@contextmanager
def open_built(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection with the warehouse, read-only and the default, and the lake attached as ``lake``.

    The last published file is attached as ``published`` when there is one.
    """
    published = settings.published / "crm.duckdb"
    files = {"warehouse": settings.warehouse} | ({"published": published.resolve()} if published.exists() else {})
    with open_lake(settings, read_only=True) as lake:
        try:
            for name, file in files.items():
                lake.connection.execute(f"attach {quoted(file)} as {name} (read_only)")
            lake.connection.execute("use warehouse")
            yield lake.connection
        finally:
            # the database is shared with later steps: the files must not stay open in it
            lake.connection.execute("use memory")
            for name in files:
                lake.connection.execute(f"detach database if exists {name}")


def keep_pass(record: Path, passed: DataclassInstance) -> None:
    """Keep what a gate let pass as JSON, whole or not at all."""
    record.parent.mkdir(parents=True, exist_ok=True)
    partial = record.with_name(f".{record.name}.part")
    partial.write_text(json.dumps(asdict(passed), indent=2, default=str), encoding="utf-8")
    partial.replace(record)
