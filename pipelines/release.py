"""The release gate and what it let pass: publishing takes nothing else.

The gate keeps the content hash of every table that passed, so a pass speaks of those rows and of no others. What is
expected lives in ``quality/suites/release``; the Dagster check and the publish step are in ``defs/``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.gates import keep_pass, open_built
from pipelines.published import file_contents
from pipelines.published_tables import SCHEMAS, table_contents
from pipelines.settings import Settings
from sources.errors import CrmWarehouseError
from sources.relations import relations

if TYPE_CHECKING:
    from quality.suite import SuiteResult


class ReleaseRefused(CrmWarehouseError):
    """The warehouse did not pass the release gate; the text names every expectation that failed."""


@dataclass(frozen=True)
class Release:
    """A warehouse that passed the release gate.

    Attributes:
        run_id: the run that checked it.
        as_of: the day it was checked for.
        tables: ``schema.table`` of core and marts -> (rows, content hash).
        accepts_change: whether the operator let it differ from the last publication, whatever the difference.
        file: size, change time and inode of the warehouse then: while they hold, it need not be hashed again.
    """

    run_id: str
    as_of: date
    tables: dict[str, tuple[int, str]]
    accepts_change: bool
    file: tuple[int, int, int]


def run_gate(settings: Settings, *, run_id: str, as_of: date, accept_change: bool) -> SuiteResult:
    """Run the release suite over the warehouse; when it passes, keep what passed. See :func:`passed`."""
    from quality.suite import RunContext, run_suite
    from quality.suites import release_suite

    _record(settings).unlink(missing_ok=True)
    context = RunContext(run_id=run_id, as_of=as_of, results=settings.quality)
    with open_built(settings) as connection:
        tables = relations(connection, "warehouse", SCHEMAS)
        suite = release_suite(as_of, accept_change=accept_change, tables=list(tables))
        result = run_suite(suite, connection, context)
        if result.passed:
            contents = table_contents(connection, "warehouse")
            keep_pass(_record(settings), Release(run_id, as_of, contents, accept_change, _stamp(settings.warehouse)))
    return result


def passed(settings: Settings, as_of: date) -> Release | None:
    """Return the pass of the warehouse as it is now, or None when it has none for the day ``as_of``."""
    record = _record(settings)
    if not record.exists() or not settings.warehouse.exists():
        return None
    found = json.loads(record.read_text(encoding="utf-8"))
    tables = {name: (int(rows), str(content)) for name, (rows, content) in found["tables"].items()}
    release = Release(
        found["run_id"], date.fromisoformat(found["as_of"]), tables, found["accepts_change"], tuple(found["file"])
    )
    if release.as_of != as_of:
        return None
    if release.file != _stamp(settings.warehouse) and tables != file_contents(settings.warehouse):
        return None
    return release


def ensure_passed(settings: Settings, *, run_id: str, as_of: date, accept_change: bool) -> Release:
    """Return the pass of the warehouse, running the gate where it has none.

    Raises ReleaseRefused, naming what failed, when the warehouse is not fit to publish.
    """
    release = passed(settings, as_of)
    if release is None:
        result = run_gate(settings, run_id=run_id, as_of=as_of, accept_change=accept_change)
        release = passed(settings, as_of)
        if release is None:
            raise ReleaseRefused("\n".join(result.failures))
    return release


def _record(settings: Settings) -> Path:
    return settings.quality / "released.json"


def _stamp(file: Path) -> tuple[int, int, int]:
    stat = file.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino
