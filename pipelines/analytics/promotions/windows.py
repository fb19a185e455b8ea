"""The spans of days by which campaigns are measured, as the seed ``promotion_windows`` sets them."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Windows:
    """Days, all at least 1; the seed says what each is for."""

    attribution_look_back: int = 30
    attribution_half_life: int = 7
    response: int = 28
    pre_period: int = 28


def read_windows(connection: duckdb.DuckDBPyConnection) -> Windows:
    """Return the windows of the seed; one that it lacks is as long as it is at first."""
    rows = connection.execute("select window_name, days from seeds.promotion_windows where days > 0").fetchall()
    known = {name: days for name, days in rows if name in Windows.__dataclass_fields__}
    return Windows(**known)
