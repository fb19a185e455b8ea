"""A lake that is moved, or copied to another machine, is the same lake: its files are found where they are now."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from sources.errors import CrmWarehouseError
from sources.lake import Lake, LakeLocation
from tests.integration.lake.staged import ACCOUNT, extract

ROWS = 50  # enough that DuckLake writes a Parquet file instead of keeping the rows in the catalog


def at(home: Path, extensions: Path) -> LakeLocation:
    return LakeLocation(f"sqlite:{home}/catalog.sqlite", home / "files", extensions)


def filled(location: LakeLocation, first: int = 0) -> None:
    """Commit rows numbered from ``first`` on."""
    rows = [{"Id": f"{first + number}", "Name": f"name {number}"} for number in range(ROWS)]
    with Lake(location) as lake:
        lake.commit("sf", "emea", extract(*rows), "run")


def names(lake: Lake) -> list[str]:
    return [row[0] for row in lake.connection.execute("select distinct _record_id from lake.sf.account").fetchall()]


def files(home: Path) -> set[Path]:
    return {path.relative_to(home) for path in home.rglob("*.parquet")}


@pytest.fixture
def old(tmp_path: Path, extensions: Path) -> Path:
    home = tmp_path / "old"
    filled(at(home, extensions))
    assert files(home)
    return home


def test_a_moved_lake_is_read_and_written_where_it_is_now(old: Path, tmp_path: Path, extensions: Path) -> None:
    new = tmp_path / "it's new"
    old.rename(new)
    location = at(new, extensions)
    with Lake(location, read_only=True) as lake:
        assert len(names(lake)) == ROWS
    filled(location, first=ROWS)
    with Lake(location, read_only=True) as lake:
        assert len(names(lake)) == 2 * ROWS
    assert not old.exists()


def test_a_copy_never_reads_or_writes_the_files_of_its_original(old: Path, tmp_path: Path, extensions: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(old, copy)
    before = files(old)
    filled(at(copy, extensions), first=ROWS)
    shutil.rmtree(old / "files")
    with Lake(at(copy, extensions)) as lake:
        assert len(names(lake)) == 2 * ROWS
    assert files(copy) > before


def test_a_reader_that_attaches_the_catalog_by_hand_finds_the_moved_files(
    old: Path, tmp_path: Path, extensions: Path
) -> None:
    new = tmp_path / "new"
    shutil.copytree(old, new)
    Lake(at(new, extensions)).close()
    shutil.rmtree(old)
    with duckdb.connect(config={"extension_directory": str(extensions)}) as reader:
        reader.execute("load ducklake; load sqlite_scanner")
        reader.execute(f"attach 'ducklake:sqlite:{new}/catalog.sqlite' as lake (read_only)")
        assert reader.execute("select count(*) from lake.sf.account").fetchone() == (ROWS,)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_catalog_without_its_files_is_refused_and_keeps_their_place(
    old: Path, tmp_path: Path, extensions: Path, read_only: bool
) -> None:
    elsewhere = replace(at(old, extensions), files=tmp_path / "elsewhere")
    with pytest.raises(CrmWarehouseError, match="files are not all in") as caught:
        Lake(elsewhere, read_only=read_only)
    assert str(old / "files") in str(caught.value) and str(tmp_path / "elsewhere") in str(caught.value)
    with Lake(at(old, extensions)) as lake:
        assert len(names(lake)) == ROWS


def test_a_move_appends_nothing_that_was_there_before(old: Path, tmp_path: Path, extensions: Path) -> None:
    new = tmp_path / "new"
    old.rename(new)
    rows = [{"Id": f"{number}", "Name": f"name {number}"} for number in range(ROWS)]
    with Lake(at(new, extensions)) as lake:
        done = lake.commit("sf", "emea", extract(*rows, obj=ACCOUNT), "again")
    assert (done.rows_appended, done.rows_unchanged) == (0, ROWS)
