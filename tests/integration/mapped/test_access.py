"""Access files through mdbtools: a real one, and the words of its tools for the types that this one lacks."""

from __future__ import annotations

import gzip
import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sources.errors import SourceError
from tests.integration.mapped.conftest import MappedSource, deliver

FILE = Path(__file__).parents[2] / "fixtures" / "mapped" / "merchant_taylors.mdb.gz"
MAPPING = """
connection: {kind: files, folder: drop}
tables:
  members:
    key: Id No
    files: "*.mdb"
    mode: snapshot
    format: {kind: access, table: merchant_taylors}
"""
SCHEMA = """
CREATE TABLE [members]
 (
\t[Id No]\t\t\tLong Integer,
\t[Paid, all]\t\t\tBoolean,
\t[Fee]\t\t\tCurrency,
\t[Rate]\t\t\tDouble,
\t[Share]\t\t\tNumeric (18, 4),
\t[Guid]\t\t\tReplication ID,
\t[Note]\t\t\tMemo/Hyperlink (255),
\t[Photo]\t\t\tOLE (255),
\t[At]\t\t\tDateTime
);
"""
NULL = "\x1f"
ROWS = (
    f'1,1,12.3456,0.1,"1.5000","{{A-1}}","two\nlines, ""quoted""",ffd8,"2026-01-31 10:00:00"\n'
    f'2,0,-0.0001,{NULL},{NULL},{NULL},"",{NULL},"1900-01-00 00:00:00"\n'
)


def test_a_table_of_an_access_file_lands_with_its_types(drop: Path, source: MappedSource) -> None:
    deliver(drop, "crm.mdb", gzip.decompress(FILE.read_bytes()))
    source.write(MAPPING)
    assert source.night(publish=False)["members"].error is None
    rows = source.living("old_crm__members", '"Id No", typeof("Id No"), Surname, Notes, Freedom')
    assert len(rows) == 20
    assert rows[0] == (1, "INTEGER", "Aaron", "Order of Court", None)
    assert rows[9] == (22, "INTEGER", "Abbott", None, datetime(1911, 11, 7))
    assert source.rows("select source_count from lake.ingest.windows") == [(20,)]
    # mdbtools has no words for these dates of the guild before 1900: none is invented
    refused = {value for _, _, value in source.rejects()}
    assert refused == {"1900-01-00 00:00:00"}
    assert source.night(publish=False)["members"].committed.rows_read == 0


def test_an_unknown_table_and_a_damaged_file_are_refused_with_what_the_tools_say(
    drop: Path, source: MappedSource
) -> None:
    whole = gzip.decompress(FILE.read_bytes())
    deliver(drop, "crm.mdb", whole)
    source.write(MAPPING.replace("merchant_taylors", "merchant_tailors"))
    error = source.night(publish=False)["members"].error
    assert isinstance(error, SourceError)
    assert "crm.mdb has no table 'merchant_tailors'; did you mean 'merchant_taylors'?" in str(error)
    source.write(MAPPING)
    deliver(drop, "crm.mdb", whole[:50_000])
    assert "crm.mdb cannot be read by mdb-tables: offset 57344 is beyond EOF" in str(
        source.night(publish=False)["members"].error
    )


def test_without_mdbtools_the_error_names_the_package(
    drop: Path, source: MappedSource, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deliver(drop, "crm.mdb", b"anything")
    source.write(MAPPING)
    monkeypatch.setenv("PATH", str(tmp_path))
    error = str(source.night(publish=False)["members"].error)
    assert "not installed; on Debian: apt-get install mdbtools" in error


def stand_in(folder: Path, name: str, prints: str) -> None:
    """Put a tool that prints a text first on the path."""
    (folder / f"{name}.txt").write_text(prints, encoding="utf-8")
    tool = folder / name
    tool.write_text(f'#!/bin/sh\ncat "{folder}/{name}.txt"\n')
    tool.chmod(0o755)


@pytest.mark.parametrize("counted", [2, 3])
def test_currencies_answers_binaries_and_nulls_are_told_apart_and_lost_rows_are_noticed(
    drop: Path, source: MappedSource, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, counted: int
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, prints in (
        ("mdb-tables", "members\n"), ("mdb-schema", SCHEMA), ("mdb-export", ROWS), ("mdb-count", f"{counted}\n"),
    ):  # fmt: skip
        stand_in(tools, name, prints)
    monkeypatch.setenv(
        "PATH", f"{tools}:{Path(shutil.which('cat') or '').parent}:{Path(shutil.which('env') or '').parent}"
    )
    deliver(drop, "crm.mdb", b"anything")
    source.write(MAPPING.replace("merchant_taylors", "members"))
    error = source.night(publish=False)["members"].error
    if counted == 3:
        assert "crm.mdb is damaged or cut off: 'members' counts 3 rows, and 2 could be read" in str(error)
        return
    assert error is None
    columns = '"Id No", "Paid, all", Fee, Rate, Share, Guid, Note, Photo, "At"'
    assert source.living("old_crm__members", columns) == [
        (1, True, Decimal("12.3456"), 0.1, Decimal("1.5000"), "{A-1}", 'two\nlines, "quoted"', "ffd8",
         datetime(2026, 1, 31, 10)),
        (2, False, Decimal("-0.0001"), None, None, None, "", None, None),
    ]  # fmt: skip
    assert source.rejects() == [("2", "At", "1900-01-00 00:00:00")]
