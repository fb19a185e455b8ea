"""A window of source change time as a condition on the cursor column, in the source's own time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sources.contract import Window

#: Rows stamped later than this after the window are read every time: their stamp is wrong, not their data.
FAR = timedelta(days=1)


def bounds(window: Window, time_zone: str) -> tuple[datetime | None, datetime]:
    """Return the window as naive times of the zone, widened where clocks were put back inside it.

    In the repeated hour two instants have one local time, so the earliest and the latest reading are taken.
    """
    zone = ZoneInfo(time_zone)
    instants = [window.until, window.until - timedelta(days=1)]
    if window.since is not None:
        instants += [window.since, min(window.since + timedelta(days=1), window.until)]
    offsets = [each.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta() for each in instants]
    since = None if window.since is None else window.since + min(offsets)
    return since, window.until + max(offsets)


def condition(
    column: str, window: Window, time_zone: str, literal: Callable[[datetime], str], *, is_date: bool = False
) -> str:
    """Return the SQL condition of a window on a typed cursor column; empty for a read from the start.

    A date does not say when on its day a row changed, so with ``is_date`` the whole first day is read again.
    A row without a change time, or stamped far in the future, belongs to every window: the lake appends it only
    when it changed, and leaving it out would lose it.
    """
    since, until = bounds(window, time_zone)
    if since is None:
        return ""
    if is_date:
        since = since.replace(hour=0, minute=0, second=0, microsecond=0)
    inside = f"{column} >= {literal(since)} and {column} < {literal(until)}"
    return f"(({inside}) or {column} is null or {column} >= {literal(until + FAR)})"


def instant(time: datetime, time_zone: str) -> datetime:
    """Return a clock's answer as naive UTC; one without a zone is in ``time_zone``.

    Of an hour that comes twice the first is taken: a clock that is slow reads rows again, a fast one passes them by.
    """
    aware = time if time.tzinfo else time.replace(tzinfo=ZoneInfo(time_zone), fold=0)
    return aware.astimezone(UTC).replace(tzinfo=None)


def to_utc(expression: str, time_zone: str) -> str:
    """Return DuckDB SQL that turns a naive timestamp of the zone into one of UTC."""
    if time_zone == "UTC":
        return expression
    return f"timezone('UTC', timezone('{time_zone}', {expression}))"
