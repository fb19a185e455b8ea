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
