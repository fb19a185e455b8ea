"""A connector over Parquet files, one per object, for tests of ingestion; run as a program it reads three nights.

A file holds every version of every record with its ``stamp``; a night sees the versions before its clock. Objects
named ``snapshot…`` have no cursor and list the records that live at the clock.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sources.contract import Check, Column, Extract, Reading, SourceObject, Window
from sources.errors import SourceError
from sources.ingest import ingest
from sources.lake import Lake, LakeLocation

COLUMNS = (Column("id", "INTEGER"), Column("text", "VARCHAR"), Column("stamp", "TIMESTAMP"))
NIGHTS = tuple(datetime(2024, 1, day) for day in (2, 3, 4))
TABLES = ("alpha", "beta", "gamma", "snapshot_one", "snapshot_two")


@dataclass
class FileSource:
    """An instance of the source at one moment; objects in ``broken`` fail when they are read."""

    folder: Path
    now: datetime
    name: str = "files"
    broken: Collection[str] = ()
    unreachable: bool = False
    windows: list[tuple[str, Window]] = field(default_factory=list)
    type: str = "sf"

    def objects(self) -> tuple[SourceObject, ...]:
        """Return one object per file."""
        names = sorted(path.stem for path in self.folder.glob("*.parquet"))
        zero = timedelta(0)
        return tuple(
            SourceObject(n, n, ("id",), COLUMNS, None if n.startswith("snapshot") else "stamp", lag=zero, lookback=zero)
            for n in names
        )

    def clock(self) -> datetime:
        """Return the moment this instance stands at."""
        if self.unreachable:
            raise SourceError(self.name, None, "connection refused.", "Start it.")
        return self.now

    def check(self) -> list[Check]:
        """Return nothing: files need no permission."""
        return []

    def describe(self, obj: SourceObject) -> tuple[Column, ...]:
        """Return the declared columns: every file has just these."""
        return obj.columns

    def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        """Stage the window as pages of CSV text."""
        self.windows.append((obj.table, window))
        if obj.table in self.broken:
            (reading.staging / "page_0.csv").write_text("half a pa")
            raise RuntimeError("disk on fire; password=geheim")
        versions = f"read_parquet('{self.folder}/{obj.name}.parquet')"
        seen = f"stamp < timestamp '{window.until}'"
        if obj.cursor is None:
            rows = f"(from {versions} where {seen} qualify row_number() over (partition by id order by stamp desc) = 1)"
            rows = f"(from {rows} where text <> 'gone')"
        else:
            rows = f"(from {versions} where {seen} and stamp >= timestamp '{window.since or datetime(1, 1, 1)}')"
        reading.connection.execute(f"copy {rows} to '{reading.staging}/page_0.csv' (header)")
        (count,) = reading.connection.execute(f"select count(*) from {rows}").fetchone() or (0,)
        reading.progress(count)
        names = "columns = {'id': 'varchar', 'text': 'varchar', 'stamp': 'varchar'}"
        staged = f"read_csv('{reading.staging}/*.csv', header = true, {names})"
        is_snapshot = obj.cursor is None
        return Extract(obj, COLUMNS, window, staged, is_snapshot=is_snapshot, source_count=count, shrink_limit=1.0)

    def close(self) -> None:
        """Hold nothing open."""


def write_files(folder: Path, lake: Lake, rows: int) -> None:
    """Write the files of a source that lives for three days; some versions say that the record is gone."""
    folder.mkdir(parents=True)
    for number, table in enumerate(TABLES):
        lake.connection.execute(f"""
copy (
    select hash(range, {number}) % {rows // 2} as id,
        case when hash(range, {number}, 'x') % 5 = 0 then 'gone'
            else 'text ' || hash(range, {number}, 'y') % 9
        end as text,
        timestamp '2024-01-01' + to_microseconds((range * 259200000000 // {rows})::bigint) as stamp
    from range({rows})
) to '{folder}/{table}.parquet' (format parquet)""")


def logs(lake: Lake, tables: Sequence[str] = TABLES) -> dict[str, list[tuple[object, ...]]]:
    """Return every log without the columns that name the run, in an order that does not depend on it."""
    rows = "* exclude (_loaded_at, _run_id), row_number() over (partition by _record_id order by _loaded_at) as version"
    return {t: lake.connection.execute(f"select {rows} from lake.sf.{t} order by all").fetchall() for t in tables}


def read_nights(folder: Path, lake: Lake, staging: Path) -> None:
    """Ingest the nights that are not done yet, table by table."""
    for night, now in enumerate(NIGHTS):
        ends = {table: lake.last_window("files", table) for table in TABLES}
        pending = [table for table, last in ends.items() if last is None or last.until < now]
        for result in ingest(FileSource(folder, now), lake, f"night {night}", staging=staging, tables=pending):
            if result.error:
                raise result.error
            print(result.table, flush=True)


if __name__ == "__main__":
    home, extensions = Path(sys.argv[1]), Path(sys.argv[2])
    with Lake(LakeLocation(f"sqlite:{home}/catalog.sqlite", home / "files", extensions)) as opened:
        print("open", flush=True)
        read_nights(Path(sys.argv[3]), opened, home / "staging")
