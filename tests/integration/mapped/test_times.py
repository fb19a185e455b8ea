"""Times in files: change times in the folder's own zone, and times that say their offset."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.integration.mapped.conftest import MappedSource, deliver

HEAD = """
connection: {kind: files, folder: drop, time_zone: Europe/Berlin}
tables:
  orders:
    files: "orders_*"
    key: id
"""


def test_a_change_time_without_a_format_is_taken_to_utc(drop: Path, source: MappedSource) -> None:
    deliver(drop, "orders_1.csv", "id,seen\n1,2026-01-31 12:00:00\n2,2026-07-31 12:00:00\n2,2026-07-31 13:00:00\n")
    source.write(HEAD + "    cursor: seen\n    columns: {seen: timestamp}\n")
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, seen, seen__utc") == [
        ("1", datetime(2026, 1, 31, 12), datetime(2026, 1, 31, 11)),
        ("2", datetime(2026, 7, 31, 13), datetime(2026, 7, 31, 11)),
    ]


def test_a_change_time_that_says_its_offset_is_taken_to_utc_by_that(drop: Path, source: MappedSource) -> None:
    lines = "1,2026-01-31T12:00:00Z\n2,2026-01-31 12:00:00+05:30\n3,2026-01-31 12:00\n4,2026-01-31\n"
    deliver(drop, "orders_1.csv", f"id,seen\n{lines}")
    source.write(HEAD + "    cursor: seen\n    columns: {seen: timestamp}\n")
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", "id, _source_modified_at") == [
        ("1", datetime(2026, 1, 31, 12)),
        ("2", datetime(2026, 1, 31, 6, 30)),
        ("3", datetime(2026, 1, 31, 11)),
        ("4", datetime(2026, 1, 30, 23)),
    ]


def test_a_time_with_an_offset_keeps_its_moment_across_new_year_and_a_short_year_is_none(
    drop: Path, source: MappedSource
) -> None:
    late, early, short = "2025-12-31 23:30:00 -0500", "2026-01-01 00:30:00 +0200", "25-12-31 23:30:00 -0500"
    deliver(drop, "orders_1.csv", f"id,at\n1,{late}\n2,{early}\n3,{short}\n")
    format_of_times = '    format: {kind: csv, timestamp_format: "%Y-%m-%d %H:%M:%S %z"}\n'
    source.write(HEAD + format_of_times + "    columns: {at: timestamp}\n")
    assert source.night(publish=False)["orders"].error is None
    assert source.living("old_crm__orders", 'id, "at"') == [
        ("1", datetime(2026, 1, 1, 4, 30)),
        ("2", datetime(2025, 12, 31, 22, 30)),
        ("3", None),
    ]
    assert source.rejects() == [("3", "at", short)]
