"""Small objects of a source are committed together, and nobody can tell it from what is in the lake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sources import ingest as ingestion
from sources.contract import Column, Extract, Reading, SourceObject, Window
from sources.errors import SourceError
from sources.ingest import ObjectResult, ingest
from sources.lake import Lake, changes
from tests.integration.lake.file_source import NIGHTS, TABLES, FileSource, logs, write_files
from tests.integration.lake.staged import ledger


@pytest.fixture
def folder(tmp_path: Path, lake: Lake) -> Path:
    """The files of a source that lives for three days."""
    write_files(tmp_path / "source", lake, 300)
    return tmp_path / "source"


def read(source: FileSource, lake: Lake, tmp_path: Path) -> list[ObjectResult]:
    return list(ingest(source, lake, "r", staging=tmp_path / "staging"))


def snapshots(lake: Lake) -> int:
    (count,) = lake.connection.execute("select count(*) from ducklake_snapshots('lake')").fetchone() or (0,)
    return int(count)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Commit each object by itself until undone."""
    with monkeypatch.context() as patch:
        patch.setattr(ingestion, "_TOGETHER", 1)
        yield patch


def test_the_small_objects_of_a_source_are_one_snapshot_of_the_lake(lake: Lake, folder: Path, tmp_path: Path) -> None:
    source = FileSource(folder, NIGHTS[0])
    lake.declare("sf", source.objects())
    before = snapshots(lake)
    assert [each.error for each in read(source, lake, tmp_path)] == [None] * len(TABLES)
    assert snapshots(lake) == before + 1
    assert {table for (table,) in ledger(lake, "table_name", "windows")} == set(TABLES)


def test_objects_committed_together_leave_the_logs_of_objects_committed_alone(
    lake: Lake, folder: Path, tmp_path: Path, alone: pytest.MonkeyPatch
) -> None:
    counts: list[list[tuple[object, ...]]] = []
    found = []
    for _ in range(2):
        for now in NIGHTS:
            read(FileSource(folder, now), lake, tmp_path)
        found.append(logs(lake))
        counts.append(
            sorted(ledger(lake, "table_name, window_until, rows_read, rows_appended, rows_deleted", "windows"))
        )
        for table in ("sf.alpha", "sf.beta", "sf.gamma", "sf.snapshot_one", "sf.snapshot_two", "ingest.windows"):
            lake.connection.execute(f"delete from lake.{table}")
        alone.undo()
    assert found[0] == found[1] and counts[0] == counts[1]
    assert len(found[0]["alpha"]) > 100


def test_an_object_whose_commit_fails_stops_none_that_was_to_be_committed_with_it(
    lake: Lake, folder: Path, tmp_path: Path
) -> None:
    class Miscounted(FileSource):
        def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
            extract = super().read(obj, window, reading)
            return replace(extract, source_count=10**6) if obj.table == "gamma" else extract

    results = read(Miscounted(folder, NIGHTS[0]), lake, tmp_path)
    assert [(each.table, each.error is None) for each in results] == [(table, table != "gamma") for table in TABLES]
    assert isinstance(results[2].error, SourceError) and "files.gamma: the source counts 1,000,000" in str(
        results[2].error
    )
    assert ledger(lake, "object", "failures") == [("gamma",)]
    assert lake.last_window("files", "gamma") is None and logs(lake)["gamma"] == []
    assert read(FileSource(folder, NIGHTS[0]), lake, tmp_path)[2].error is None


def test_what_an_object_asks_the_lake_of_another_is_committed_first(lake: Lake, folder: Path, tmp_path: Path) -> None:
    class Asking(FileSource):
        seen = 0

        def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
            if obj.table == "snapshot_one":
                rows = reading.connection.execute(f"select count(*) from {reading.log('alpha')}").fetchone()
                Asking.seen = rows[0] if rows else 0
            return super().read(obj, window, reading)

    results = read(Asking(folder, NIGHTS[0]), lake, tmp_path)
    assert results[0].committed and results[0].committed.rows_appended == Asking.seen > 0


def test_a_column_that_widens_among_objects_that_do_not_is_followed(lake: Lake, folder: Path, tmp_path: Path) -> None:
    class Wider(FileSource):
        def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
            extract = super().read(obj, window, reading)
            columns = (Column("id", "BIGINT"), *extract.columns[1:])
            return replace(extract, columns=columns) if obj.table == "beta" else extract

    read(FileSource(folder, NIGHTS[0]), lake, tmp_path)
    results = read(Wider(folder, NIGHTS[1]), lake, tmp_path)
    assert [each.error for each in results] == [None] * len(TABLES)
    assert [each.committed.schema_changes for each in results if each.committed][1] == ("widened id INTEGER -> BIGINT",)


def test_a_relation_that_does_not_last_is_committed_before_the_next_object_is_read(
    lake: Lake, folder: Path, tmp_path: Path
) -> None:
    staged: list[Path] = []

    class Passing(FileSource):
        def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
            for left in staged:
                left.unlink(missing_ok=True)
            extract = super().read(obj, window, reading)
            staged[:] = list(reading.staging.iterdir())
            return replace(extract, is_lasting=False)

    assert [each.error for each in read(Passing(folder, NIGHTS[0]), lake, tmp_path)] == [None] * len(TABLES)


def test_an_object_whose_commit_breaks_in_an_unforeseen_way_stops_no_other(
    lake: Lake, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = changes.apply

    def broken(connection: Any, kind: str, source: str, extract: Extract, *rest: Any, **options: Any) -> Any:
        if extract.object.table == "beta":
            raise KeyError("unforeseen")
        return apply(connection, kind, source, extract, *rest, **options)

    monkeypatch.setattr(changes, "apply", broken)
    results = read(FileSource(folder, NIGHTS[0]), lake, tmp_path)
    assert [(each.table, each.error is None) for each in results] == [(table, table != "beta") for table in TABLES]
    assert "KeyError" in str(results[1].error)


def test_a_large_object_has_a_transaction_of_its_own(
    lake: Lake, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Padded(FileSource):
        def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
            if obj.table == "gamma":
                (reading.staging / "padding").write_bytes(b"-" * 200_000)
            return super().read(obj, window, reading)

    monkeypatch.setattr(ingestion, "_TOGETHER_BYTES", 200_000)
    source = Padded(folder, NIGHTS[0])
    lake.declare("sf", source.objects())
    before = snapshots(lake)
    assert [each.error for each in read(source, lake, tmp_path)] == [None] * len(TABLES)
    # what came before it, itself, what came after it
    assert snapshots(lake) == before + 3
