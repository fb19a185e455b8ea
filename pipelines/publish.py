"""Publish a finished warehouse: one new file, checked, then switched in one step; earlier versions stay.

    published/crm.duckdb                 what BI tools open; the same file as one of the versions
    published/versions/0007-<run>.duckdb the last publications, oldest first
    published/.next-*                    leftovers of a publication that was cut off; the next one removes them

A reader holds the file it opened, so it sees one run from its first query to its last. Nothing here knows Dagster.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipelines.published import build, content_hashes, relations
from pipelines.published_meta import read_ledger
from sources.errors import CrmWarehouseError
from sources.quoting import identifier, quoted

if TYPE_CHECKING:
    from sources.lake import Lake

CURRENT = "crm.duckdb"
_VERSION = re.compile(r"(\d+)-(.+)\.duckdb")


class PublishError(CrmWarehouseError):
    """A file could not be published. What was published before is still there."""


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


def publish(warehouse: Path, lake: Lake, published: Path, *, run_id: str, as_of: date, keep: int = 7) -> Publication:
    """Build the published file of ``warehouse`` and switch to it; ``published`` is the folder, made if missing.

    Cut off at any point, it leaves the old file or the new one, never a part; repeating it is safe. ``keep`` is how
    many versions stay. Raises PublishError when the warehouse speaks of another day than ``as_of``, the built file
    fails its check, or another publication is at work.
    """
    if built_day(warehouse) not in (None, as_of):
        raise PublishError(f"{warehouse} was built as of {built_day(warehouse)}, not {as_of}. Run the whole night.")
    with _alone(published):
        target = published / f".next-{run_id}.duckdb"
        now = datetime.now(UTC).replace(tzinfo=None)
        build(warehouse, target, read_ledger(lake.connection, as_of), run_id=run_id, as_of=as_of, published_at=now)
        _check(target, run_id)
        _sync(target)
        version = published / "versions" / f"{_next_number(published, run_id):04d}-{run_id}.duckdb"
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
        chosen = _chosen(published, version)
        target = published / ".next-rollback.duckdb"
        os.link(chosen, target)
        _switch(published, target)
        return _publication(published, chosen)


def built_day(warehouse: Path) -> date | None:
    """Return the day that the tables of ``warehouse`` speak of, or None when none of them says.

    Raises PublishError when there is no warehouse, or its tables speak of different days.
    """
    if not warehouse.exists():
        raise PublishError(f"{warehouse} does not exist: there is nothing to publish. Run `crm-warehouse run` first.")
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        days: set[date] = set()
        for schema, table in relations(connection, "warehouse"):
            name = f"warehouse.{identifier(schema)}.{identifier(table)}"
            if "as_of_date" in [row[0] for row in connection.execute(f"describe {name}").fetchall()]:
                days |= {row[0] for row in connection.execute(f"select distinct as_of_date from {name}").fetchall()}
    if len(days) > 1:
        named = " and ".join(str(day) for day in sorted(days))
        raise PublishError(f"The tables of {warehouse} speak of different days: {named}. Run the whole night.")
    return days.pop() if days else None


def versions(published: Path) -> tuple[str, ...]:
    """Return the names of the versions that are kept, oldest first."""
    return tuple(path.stem for path in _versions(published))


def current_version(published: Path) -> str | None:
    """Return the name of the version that readers see, or None before the first publication."""
    current = published / CURRENT
    found = [path.stem for path in _versions(published) if current.exists() and path.samefile(current)]
    return found[-1] if found else None


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


def _check(target: Path, run_id: str) -> None:
    """Open the built file as a reader would and compare what it holds with what it says and where it came from."""
    with duckdb.connect(str(target), read_only=True) as connection:
        said = connection.execute("select run_id from meta.run").fetchall()
        expected = dict(
            connection.execute("select schema_name || '.' || table_name, content_hash from meta.tables").fetchall()
        )
    found = content_hashes(target)
    if said != [(run_id,)] or not expected or found != expected:
        wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
        raise PublishError(
            f"The file built from the warehouse differs from it ({', '.join(wrong) or 'it has no tables'})."
            " The last published file is still in place; run again."
        )


def _link(target: Path, version: Path) -> None:
    """Give the file its name among the versions, replacing what an earlier try of the same run left."""
    partial = version.with_name(f".next-{version.name}")
    os.link(target, partial)
    partial.replace(version)
    _sync(version.parent)


def _switch(published: Path, target: Path) -> None:
    """Make ``target`` the current file in one step."""
    current = published / CURRENT
    # a reader that opened the file for writing and was killed leaves a log, which must not be applied to a new file
    (published / f"{CURRENT}.wal").unlink(missing_ok=True)
    target.replace(current)
    _sync(published)


def _sync(path: Path) -> None:
    """Wait until the file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _versions(published: Path) -> list[Path]:
    found = [path for path in (published / "versions").glob("*.duckdb") if _VERSION.fullmatch(path.name)]
    return sorted(found, key=_number)


def _number(path: Path) -> int:
    match = _VERSION.fullmatch(path.name)
    assert match is not None
    return int(match[1])


def _next_number(published: Path, run_id: str) -> int:
    """Return the number after the newest version's, or that version's own when this run made it."""
    kept = _versions(published)
    if not kept:
        return 1
    newest = kept[-1]
    return _number(newest) + (newest.stem.split("-", 1)[1] != run_id)


def _prune(published: Path, keep: int) -> None:
    """Remove the oldest versions beyond ``keep``, never the current one."""
    current = published / CURRENT
    for path in _versions(published)[: -max(keep, 1)]:
        if not path.samefile(current):
            path.unlink()


def _chosen(published: Path, version: str | None) -> Path:
    kept = _versions(published)
    if version is None:
        current = current_version(published)
        earlier = [path for path in kept if current is not None and _number(path) < int(current.split("-", 1)[0])]
        if not earlier:
            raise PublishError(f"{published}: there is no earlier version to go back to.")
        return earlier[-1]
    for path in kept:
        if version in (path.stem, path.name):
            return path
    names = ", ".join(path.stem for path in kept) or "none"
    raise PublishError(f"{published}: there is no version {version}. There are: {names}.")


def _publication(published: Path, version: Path) -> Publication:
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(version)} as file (read_only)")
        run = connection.execute("select run_id, as_of from file.meta.run").fetchone()
        assert run is not None
        tables = connection.execute(
            "select schema_name || '.' || table_name, row_count from file.meta.tables"
        ).fetchall()
    return Publication(published / CURRENT, version.stem, run[0], run[1], dict(tables))
