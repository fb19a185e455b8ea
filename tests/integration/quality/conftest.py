"""A real lake with every Salesforce object declared, and the context of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from quality.suite import RunContext
from sources.discovery import declared_objects
from sources.lake import Lake, LakeLocation

AS_OF = date(2026, 1, 10)


@pytest.fixture
def context(tmp_path: Path) -> RunContext:
    return RunContext("run-1", AS_OF, tmp_path / "quality")


@pytest.fixture
def lake(tmp_path: Path, extensions: Path) -> Iterator[Lake]:
    location = LakeLocation(f"sqlite:{tmp_path / 'catalog.sqlite'}", tmp_path / "files", extensions)
    with Lake(location) as lake:
        lake.declare("salesforce", declared_objects("salesforce"))
        yield lake


@pytest.fixture
def land(lake: Lake) -> Callable[..., None]:
    """Return a function that appends rows to a Salesforce change log: an expression per column, over ``i``."""

    def append(table: str, rows: int, **columns: str) -> None:
        values = {
            "_source": "'org'",
            "_record_id": "'001000000000' || lpad(i::varchar, 3, '0') || 'AAA'",
            "_op": "'upsert'",
            "_loaded_at": "timestamp '2026-01-11 02:00'",
            "SystemModstamp": "timestamp '2026-01-05 10:00'",
            **columns,
        }
        names = ", ".join(f'"{name}"' for name in values)
        lake.connection.execute(
            f'insert into lake.salesforce."{table}" ({names})'
            f" select {', '.join(values.values())} from range({rows}) as r(i)"
        )

    return append
