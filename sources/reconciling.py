"""When an object is read from the start again although its cursor is known, and what is believed of it.

Only a complete read finds what no cursor moves for: purged rows, changed formulas, a feed that forgot.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sources.config import Option, SourceConfig
from sources.contract import Reading, SourceObject, Window

_DAYS = {"daily": 1, "weekly": 7, "monthly": 28, "never": None}
# a Sunday: reconciliation weeks start on it
_FIRST_SPAN = datetime(2000, 1, 2)

RECONCILE = Option(
    "reconcile",
    "how often an object is read from the start, which finds purged rows and changed formulas",
    default="weekly",
    choices=tuple(_DAYS),
)

SHRINK_LIMIT = Option(
    "shrink_limit",
    "share (0-1) of the records whose disappearance is believed",
    type=float,
    default=0.5,
)


def reconcile_days(config: SourceConfig) -> int | None:
    """Return the days between two complete reads that a source's option asks for; None is never."""
    return _DAYS[config.word(RECONCILE)]


def reconciles(obj: SourceObject, window: Window, days: int | None) -> bool:
    """Whether a new span of ``days`` begins between the last window's end and this one's.

    Told from the window alone, so that a run that failed decides the same again.
    """
    if days is None or window.since is None:
        return False
    span = timedelta(days=days)
    last_end = window.since + obj.lookback
    return (last_end - _FIRST_SPAN) // span != (window.until - _FIRST_SPAN) // span


def reads_whole(obj: SourceObject, window: Window, last: Window | None, days: int | None) -> bool:
    """Whether all of ``obj`` is read: the first time, after a window without it, and where a span of ``days`` begins.

    For a source that leaves a token whenever it has the object. Told from the ``last`` window committed: the one to
    read may be a span that was asked for again, which has no token and begins in another span of days.
    """
    if window.since is None or last is None or last.token is None:
        return True
    return reconciles(obj, Window(last.until - obj.lookback, window.until), days)


def was_there(obj: SourceObject, reading: Reading) -> bool:
    """Whether the source had ``obj`` before: its last window left a token, or rows of it are in the lake.

    One that is hidden now must not be read as empty: that would be a silent loss.
    """
    if reading.last and reading.last.token is not None:
        return True
    found = reading.connection.execute(f"select 1 from {reading.log(obj.table)} limit 1").fetchone()
    return found is not None
