"""Windows of UTC on cursors that hold local time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sources.contract import Window
from sources.databases.windows import bounds, condition

BERLIN = ZoneInfo("Europe/Berlin")


@given(
    start=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),
    hours=st.floats(0.1, 24 * 400),
    part=st.floats(0, 0.999),
)
def test_every_instant_of_a_window_lies_inside_its_local_bounds(start: datetime, hours: float, part: float) -> None:
    window = Window(start, start + timedelta(hours=hours))
    since, until = bounds(window, "Europe/Berlin")
    instant = window.since + (window.until - window.since) * part
    local = instant.replace(tzinfo=UTC).astimezone(BERLIN).replace(tzinfo=None)
    assert since is not None and since <= local < until


def test_the_hour_that_comes_twice_is_read_twice_rather_than_never() -> None:
    # at 01:00 UTC clocks go from 03:00 back to 02:00
    since, until = bounds(Window(datetime(2026, 10, 25, 0, 50), datetime(2026, 10, 25, 1, 10)), "Europe/Berlin")
    assert since <= datetime(2026, 10, 25, 2, 0) and until >= datetime(2026, 10, 25, 3, 0)


def test_utc_windows_stay_as_they_are() -> None:
    window = Window(datetime(2026, 1, 1), datetime(2026, 1, 2))
    assert bounds(window, "UTC") == (window.since, window.until)


def test_a_window_on_a_date_begins_with_the_whole_of_its_first_day() -> None:
    window = Window(datetime(2026, 1, 1, 1, 45), datetime(2026, 1, 2, 1, 55))
    assert condition("day", window, "UTC", lambda moment: f"'{moment}'", is_date=True) == (
        "((day >= '2026-01-01 00:00:00' and day < '2026-01-02 01:55:00') or day is null"
        " or day >= '2026-01-03 01:55:00')"
    )
