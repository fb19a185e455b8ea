"""Publish a finished warehouse: one new file, checked, then switched in one step; earlier versions stay.

    published/crm.duckdb                 what BI tools open; the same file as one of the versions
    published/versions/0007-<run>.duckdb the last publications, oldest first
    published/.next-*                    leftovers of a publication that was cut off; the next one removes them

A reader holds the file it opened, so it sees one run from its first query to its last. Nothing here knows Dagster.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipelines.published import Contents, UnusableBaseError, build, file_contents
from pipelines.published_meta import Configured, read_ledger
from pipelines.published_tables import SCHEMAS
from pipelines.published_versions import (
    CURRENT,
    PublishError,
    chosen_version,
    current_version,
    kept_versions,
    next_number,
    place,
    sync,
    versions,
)
from sources.quoting import identifier, quoted
from sources.relations import relations

if TYPE_CHECKING:
    from sources.lake import Lake

__all__ = ["CURRENT", "Publication", "PublishError", "current_version", "publish", "rollback", "versions"]


@dataclass(frozen=True)
class Publication:
    """A published file.

    Attributes:
        file: the path that readers open.
        version: its name among the versions, what ``rollback`` takes, e.g. ``0007-3f2a``.
        run_id: the run that built it.
        as_of: the last day it includes.
        rows: ``schema.table`` -> rows.
    """

    file: Path
    version: str
    run_id: str
    as_of: date
    rows: dict[str, int]


def publish(
    warehouse: Path,
    lake: Lake,
    published: Path,
    *,
    run_id: str,
    as_of: date,
    contents: Contents,
    configured: Configured | None = None,
    references: Sequence[tuple[str, ...]] = (),
    keep: int = 7,
) -> Publication:
    """Build the published file of ``warehouse`` and switch to it; ``published`` is the folder, made if missing.

    Cut off at any point, it leaves the old file or the new one, never a part; repeating it is safe. Only rows that
    differ from the current file are written, and every ``keep`` publications the whole: so no row stays in a file
    longer than the versions that showed it.

    Args:
        contents: ``schema.table`` -> (rows, content hash) of what passed the release gate; nothing else is published.
        configured: source -> its objects, as crm_sources.yaml lists them; None takes every source as configured.
        references: which column of which table refers to which, as ``dictionary.reference_rows`` tells it.
        keep: how many versions stay.

    Raises PublishError when the warehouse speaks of another day than ``as_of``, the built file holds anything but
    ``contents``, or another publication is at work.
    """
    require_day(warehouse, as_of)
    with _alone(published):
        target = published / f".next-{run_id}.duckdb"
        number = next_number(published, run_id)
        now = datetime.now(UTC).replace(tzinfo=None)
        ledger = read_ledger(lake.connection, as_of, configured)
        base = published / CURRENT
        if number % keep and base.exists():
            try:
                shutil.copyfile(base, target)
                build(warehouse, target, ledger, contents, references, run_id=run_id, as_of=as_of, published_at=now)
            except (duckdb.Error, UnusableBaseError):
                # whatever someone did to the current file, the warehouse can still be published
                _clear(published)
        if not target.exists():
            build(warehouse, target, ledger, contents, references, run_id=run_id, as_of=as_of, published_at=now)
        _check(target, run_id, contents)
        sync(target)
        version = published / "versions" / f"{number:04d}-{run_id}.duckdb"
        _link(target, version)
        _switch(published, target)
        _prune(published, keep)
        return _publication(published, version)


def rollback(published: Path, version: str | None = None) -> Publication:
    """Switch back to ``version``, or to the one before the current file.

    The newer versions stay, so rolling forward is ``rollback(published, <newer version>)``. Raises PublishError,
    naming the versions there are, when the one asked for does not exist.
    """
    with _alone(published):
        chosen = chosen_version(published, version)
        target = published / ".next-rollback.duckdb"
        place(chosen, target)
        _switch(published, target)
        return _publication(published, chosen)


def require_day(warehouse: Path, as_of: date) -> None:
    """Raise PublishError unless there is a warehouse whose tables speak of ``as_of``, or of no day at all."""
    if (built := built_day(warehouse)) not in (None, as_of):
        raise PublishError(f"{warehouse} was built as of {built}, not {as_of}. Run the whole night.")


def built_day(warehouse: Path) -> date | None:
    """Return the day that the tables of ``warehouse`` speak of, or None when none of them says.

    Raises PublishError when there is no warehouse, or its tables speak of different days.
    """
    if not warehouse.exists():
        raise PublishError(f"{warehouse} does not exist: there is nothing to publish. Run `crm-warehouse run` first.")
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        days: set[date] = set()
        for schema, table in relations(connection, "warehouse", SCHEMAS):
            name = f"warehouse.{identifier(schema)}.{identifier(table)}"
            if "as_of_date" in [row[0] for row in connection.execute(f"describe {name}").fetchall()]:
                # the extremes are known without reading the table
                found = connection.execute(f"select min(as_of_date), max(as_of_date) from {name}").fetchone() or ()
                days |= {day for day in found if day is not None}
    if len(days) > 1:
        named = " and ".join(str(day) for day in sorted(days))
        raise PublishError(f"The tables of {warehouse} speak of different days: {named}. Run the whole night.")
    return days.pop() if days else None


@contextmanager
def _alone(published: Path) -> Iterator[None]:
    """Keep other publications out and start without leftovers of one that was cut off."""
    (published / "versions").mkdir(parents=True, exist_ok=True)
    with (published / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PublishError(f"{published}: another publication is at work. Try again when it is done.") from None
        _clear(published)
        try:
            yield
        finally:
            _clear(published)


def _clear(published: Path) -> None:
    for folder in (published, published / "versions"):
        for leftover in folder.glob(".next-*"):
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()


def _check(target: Path, run_id: str, contents: Contents) -> None:
    """Open the built file as a reader would and compare what it holds with what passed the release gate."""
    with duckdb.connect(str(target), read_only=True) as connection:
        said = connection.execute("select run_id from meta.run").fetchall()
    found = file_contents(target)
    if said != [(run_id,)] or not contents or found != dict(contents):
        wrong = sorted(name for name in contents.keys() | found.keys() if contents.get(name) != found.get(name))
        raise PublishError(
            "The file built from the warehouse differs from what passed the release gate"
            f" ({', '.join(wrong) or 'it has no tables'}). The last published file is still in place; run again."
        )


def _link(target: Path, version: Path) -> None:
    """Give the file its name among the versions, replacing what an earlier try of the same run left."""
    partial = version.with_name(f".next-{version.name}")
    place(target, partial)
    partial.replace(version)
    sync(version.parent)


def _switch(published: Path, target: Path) -> None:
    """Make ``target`` the current file in one step."""
    current = published / CURRENT
    # a reader that opened the file for writing and was killed leaves a log, which must not be applied to a new file
    (published / f"{CURRENT}.wal").unlink(missing_ok=True)
    target.replace(current)
    sync(published)


def _prune(published: Path, keep: int) -> None:
    """Remove the oldest versions beyond ``keep``, never the current one."""
    try:
        current = current_version(published)
    except PublishError:
        # someone holds the file for writing: what it is cannot be told, so nothing is removed this time
        return
    for path in kept_versions(published)[: -max(keep, 1)]:
        if path.stem != current:
            path.unlink()


def _publication(published: Path, version: Path) -> Publication:
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(version)} as file (read_only)")
        run = connection.execute("select run_id, as_of from file.meta.run").fetchone()
        assert run is not None
        tables = connection.execute(
            "select schema_name || '.' || table_name, row_count from file.meta.tables"
        ).fetchall()
    return Publication(published / CURRENT, version.stem, run[0], run[1], dict(tables))
