"""One run over a source: windows without gaps, failures that stay their own, processes killed and started again."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sources.contract import Extract, Reading, SourceObject, Window
from sources.errors import SourceError
from sources.ingest import ingest
from sources.lake import Lake, LakeLocation
from tests.integration.lake.file_source import NIGHTS, TABLES, FileSource, logs, read_nights, write_files
from tests.integration.lake.staged import ledger, log


@pytest.fixture
def folder(tmp_path: Path, lake: Lake) -> Path:
    """Return a folder with the files of the source."""
    write_files(tmp_path / "source", lake, 60)
    return tmp_path / "source"


def test_windows_follow_each_other_without_a_gap(lake: Lake, folder: Path, tmp_path: Path) -> None:
    seen = []
    for now in NIGHTS:
        source = FileSource(folder, now)
        list(ingest(source, lake, "r", staging=tmp_path / "staging", tables={"alpha"}))
        seen += source.windows
    assert [window for _, window in seen] == [
        Window(None, NIGHTS[0]), Window(NIGHTS[0], NIGHTS[1]), Window(NIGHTS[1], NIGHTS[2]),
    ]  # fmt: skip


def test_reading_from_a_later_day_never_skips_what_lies_between(lake: Lake, folder: Path, tmp_path: Path) -> None:
    list(ingest(FileSource(folder, NIGHTS[0]), lake, "r", staging=tmp_path / "staging", tables={"alpha"}))
    for since, start in [(NIGHTS[1], NIGHTS[0]), (datetime(2024, 1, 1), datetime(2024, 1, 1))]:
        source = FileSource(folder, NIGHTS[1] + timedelta(hours=1))
        list(ingest(source, lake, "r", staging=tmp_path / "staging", tables={"alpha"}, since=since))
        assert source.windows[0][1].since == start or source.windows[0][1].since < since


def test_a_source_whose_clock_went_back_keeps_its_cursor(lake: Lake, folder: Path, tmp_path: Path) -> None:
    for now in (NIGHTS[1], NIGHTS[0]):
        results = list(ingest(FileSource(folder, now), lake, "r", staging=tmp_path / "staging", tables={"alpha"}))
        assert results[0].error is None
    assert lake.last_window("files", "alpha") == Window(None, NIGHTS[1])


class TokenSource(FileSource):
    """A source that hands out a token at the end of every window."""

    def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
        extract = super().read(obj, window, reading)
        return replace(extract, window=replace(extract.window, token=f"after {window.until}"))


def test_what_the_source_handed_out_to_go_on_from_is_handed_back_at_the_next_window(
    lake: Lake, folder: Path, tmp_path: Path
) -> None:
    handed = []
    for now, full in [(NIGHTS[0], False), (NIGHTS[1], False), (NIGHTS[2], True)]:
        source = TokenSource(folder, now)
        list(ingest(source, lake, "r", staging=tmp_path / "staging", tables={"alpha"}, full=full))
        handed += [window.token for _, window in source.windows]
    assert handed == [None, f"after {NIGHTS[0]}", None]
    assert lake.last_window("files", "alpha") == Window(None, NIGHTS[2], f"after {NIGHTS[2]}")


def test_an_earlier_time_is_asked_for_without_what_goes_on_from_the_cursor(
    lake: Lake, folder: Path, tmp_path: Path
) -> None:
    handed = []
    for now, since in [(NIGHTS[0], NIGHTS[0]), (NIGHTS[2], NIGHTS[1]), (NIGHTS[2], NIGHTS[1])]:
        source = TokenSource(folder, now)
        list(ingest(source, lake, "r", staging=tmp_path / "staging", tables={"alpha"}, since=since))
        handed += [window for _, window in source.windows]
    # never read: from the start; the cursor is earlier: from there; the cursor is later: from the time given
    assert handed == [
        Window(None, NIGHTS[0]), Window(NIGHTS[0], NIGHTS[2], f"after {NIGHTS[0]}"), Window(NIGHTS[1], NIGHTS[2]),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_reading_again_from_any_time_leaves_the_logs_and_cursors_of_undisturbed_nights(
    lake: Lake, folder: Path, tmp_path: Path, seed: int
) -> None:
    for table in ("beta", "gamma", "snapshot_two"):
        (folder / f"{table}.parquet").unlink()
    for now in NIGHTS:
        list(ingest(FileSource(folder, now), lake, "night", staging=tmp_path / "staging"))
    tables = ("alpha", "snapshot_one")
    expected, cursors = logs(lake, tables), {table: lake.last_window("files", table) for table in tables}
    lake.connection.execute("drop schema lake.sf cascade")
    lake.connection.execute("delete from lake.ingest.windows")
    chosen = random.Random(seed)
    for now in NIGHTS:
        list(ingest(FileSource(folder, now), lake, "night", staging=tmp_path / "staging"))
        since = datetime(2024, 1, 1) + timedelta(hours=chosen.randrange(72))
        again = {"full": True} if chosen.random() < 0.3 else {"since": since}
        for result in ingest(FileSource(folder, now), lake, "again", staging=tmp_path / "staging", **again):
            assert result.committed and result.committed.rows_appended == 0, result
    assert logs(lake, tables) == expected
    ends = {table: lake.last_window("files", table) for table in tables}
    assert {table: last and last.until for table, last in ends.items()} == {
        table: last and last.until for table, last in cursors.items()
    }


def test_a_full_reading_appends_only_real_changes(lake: Lake, folder: Path, tmp_path: Path) -> None:
    first = list(ingest(FileSource(folder, NIGHTS[2]), lake, "r", staging=tmp_path / "staging"))
    again = list(ingest(FileSource(folder, NIGHTS[2]), lake, "r", staging=tmp_path / "staging", full=True))
    assert sum(r.committed.rows_appended for r in first if r.committed) > 0
    assert [r.committed.rows_appended for r in again if r.committed] == [0] * len(TABLES)


def test_one_failing_object_stops_no_other_and_is_in_the_ledger(lake: Lake, folder: Path, tmp_path: Path) -> None:
    source, told = FileSource(folder, NIGHTS[0], broken={"beta"}), []
    results = list(
        ingest(source, lake, "r", staging=tmp_path / "staging", progress=lambda table, rows: told.append((table, rows)))
    )
    assert [(r.table, r.error is None) for r in results] == [(table, table != "beta") for table in TABLES]
    error = results[1].error
    assert isinstance(error, SourceError) and "files.beta: RuntimeError: disk on fire" in str(error)
    assert [(o, "geheim" in e) for o, e in ledger(lake, "object, error", "failures")] == [("beta", False)]
    assert {table for table, _ in told} == set(TABLES) - {"beta"}
    assert not list((tmp_path / "staging").rglob("*.csv"))
    assert log(lake, "1", "beta") == [] and lake.last_window("files", "beta") is None


def test_an_unreachable_source_fails_every_object_alike_and_its_tables_exist(
    lake: Lake, folder: Path, tmp_path: Path
) -> None:
    results = list(ingest(FileSource(folder, NIGHTS[0], unreachable=True), lake, "r", staging=tmp_path / "staging"))
    assert [r.table for r in results] == list(TABLES) and len({str(r.error) for r in results}) == 1
    assert ledger(lake, "_source, object, error", "failures") == [
        ("files", None, "files: connection refused. Start it.")
    ]
    assert log(lake, "1", "alpha") == []


def test_what_a_killed_run_left_in_staging_is_removed_at_the_start(lake: Lake, folder: Path, tmp_path: Path) -> None:
    left = tmp_path / "staging" / "files" / "alpha"
    left.mkdir(parents=True)
    (left / "page_9.csv").write_text("id,text,stamp\n999,left over,2024-01-01\n")
    list(ingest(FileSource(folder, NIGHTS[2]), lake, "r", staging=tmp_path / "staging"))
    assert (999,) not in log(lake, "id", "alpha") and not (tmp_path / "staging" / "files").exists()


def test_no_two_reads_stage_into_one_folder(lake: Lake, folder: Path, tmp_path: Path) -> None:
    """DuckDB takes a Parquet file that is made anew within the second for the one of that name that it has cached."""
    folders = []

    class Watched(FileSource):
        def read(self, obj: SourceObject, window: Window, reading: Reading) -> Extract:
            folders.append(reading.staging)
            assert not list(reading.staging.iterdir())
            return super().read(obj, window, reading)

    for now in NIGHTS:
        list(ingest(Watched(folder, now), lake, "r", staging=tmp_path / "staging"))
    assert len(folders) == len(set(folders)) == len(NIGHTS) * len(TABLES)


@pytest.mark.slow
def test_a_process_killed_again_and_again_ends_in_the_same_log(
    lake: Lake, folder: Path, tmp_path: Path, extensions: Path
) -> None:
    read_nights(folder, lake, tmp_path / "staging")
    expected = logs(lake)
    home = tmp_path / "killed"
    command = [sys.executable, "-m", "tests.integration.lake.file_source", str(home), str(extensions), str(folder)]
    moments, kills = random.Random(7), 0
    for lines in [1, 1, 2, 3, 2, 4, 3, 999]:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
        assert process.stdout is not None
        for _ in range(lines):
            if not process.stdout.readline():
                break
        else:
            time.sleep(moments.uniform(0, 0.15))
            process.kill()
            kills += 1
        process.stdout.close()
        process.wait()
    assert process.returncode == 0 and kills >= 4
    with Lake(LakeLocation(f"sqlite:{home}/catalog.sqlite", home / "files", extensions), read_only=True) as resumed:
        assert logs(resumed) == expected
