"""Pages of JSON records on disk: what is written is what is read back."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from sources.http.pages import Pages


def test_half_of_a_surrogate_pair_is_kept_as_it_was_escaped(tmp_path: Path) -> None:
    """A field cut to its length within an emoji ends in one; no encoding of text has it."""
    pages = Pages(duckdb.connect(), tmp_path / "pages", ["id", "name", "nested"])
    pages.add_records(
        [json.loads(r'{"id": "1", "name": "cut \ud83d", "nested": {"whole": "\ud83d\ude00", "half": "\ude00"}}')]
    )
    rows = duckdb.connect().execute(f"select * from {pages.staged().relation}").fetchall()
    assert rows == [("1", r"cut \ud83d", '{"whole": "😀", "half": "\\ude00"}')]
