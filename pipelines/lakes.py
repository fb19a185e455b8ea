"""Opens the lake for the steps of a run, once and shared by all of them, and tells one state of it from another.

Opening costs half a second, most of it for checking the signatures of DuckDB's extensions and reading the catalog. What
the lake is and holds is in ``sources.lake``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from sources.lake import Lake

_SNAPSHOTS = "select snapshot_id, epoch_us(snapshot_time) from lake.snapshots()"


def has_lake(settings: Settings) -> bool:
    """Return whether a run has made the lake."""
    made = not settings.lake.is_sqlite or Path(settings.lake_catalog.removeprefix("sqlite:")).exists()
    return made and settings.extensions.exists()


@dataclass(frozen=True)
class Snapshot:
    """One state of the lake: its number, and its time in microseconds since 1970.

    A lake put back from a backup, or another lake, has another time under the same number.
    """

    number: int
    at: int


def newest_snapshot(connection: duckdb.DuckDBPyConnection) -> Snapshot:
    """Return the lake's state as it is now."""
    row = connection.execute(f"{_SNAPSHOTS} order by snapshot_id desc limit 1").fetchone()
    assert row is not None, "a lake that can be opened has a snapshot"
    return Snapshot(*row)


def is_past(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> bool:
    """Return whether the lake has gone through this state and still knows it."""
    row = connection.execute(f"{_SNAPSHOTS} where snapshot_id = {snapshot.number}").fetchone()
    return row == (snapshot.number, snapshot.at)


def written_tables(connection: duckdb.DuckDBPyConnection, after: int, until: int) -> frozenset[str]:
    """Return the names of the tables that any snapshot behind ``after`` up to ``until`` touched, of whatever schema."""
    rows = connection.execute(
        "with changes as (select unnest(map_values(changes)) as changed from lake.snapshots()"
        f" where snapshot_id > {after} and snapshot_id <= {until})"
        " select table_name from ducklake_table_info('lake') where table_id in"
        " (select try_cast(unnest(changed) as bigint) from changes)"
    ).fetchall()
    return frozenset(name for (name,) in rows)


class _Kept:
    """A lake that stays open while someone keeps it; opened when it is first asked for."""

    def __init__(self) -> None:
        self.keepers = 0
        self.lake: Lake | None = None


_kept: dict[str, _Kept] = {}


@contextmanager
def keep_open(settings: Settings) -> Iterator[None]:
    """Let everyone who opens the lake inside the block share one; it is closed at the end of the outermost block."""
    kept = _kept.setdefault(settings.lake_catalog, _Kept())
    kept.keepers += 1
    try:
        yield
    finally:
        kept.keepers -= 1
        if not kept.keepers:
            del _kept[settings.lake_catalog]
            if kept.lake:
                kept.lake.close()


@contextmanager
def open_lake(settings: Settings, *, read_only: bool = False) -> Iterator[Lake]:
    """Yield the lake on a connection of its own, whose temporary tables go with it.

    ``read_only`` says that nothing will be written; a lake that is kept open is shared all the same. Raises
    CrmWarehouseError when the catalog cannot be opened.
    """
    from sources.lake import Lake

    kept = _kept.get(settings.lake_catalog)
    if kept is None:
        with Lake(settings.lake, read_only=read_only) as lake:
            yield lake
        return
    if kept.lake is None:
        kept.lake = Lake(settings.lake)
    shared = copy.copy(kept.lake)
    shared.connection = kept.lake.connection.cursor()
    try:
        # a setting of the connection, not of the database
        shared.connection.execute("set timezone = 'UTC'")
        yield shared
    finally:
        shared.close()
