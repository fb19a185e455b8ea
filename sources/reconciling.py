"""When an object is read from the start again although its cursor is known, and what is believed of it.

Only a complete read finds what no cursor moves for: purged rows, changed formulas, a feed that forgot.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sources.config import Option, SourceConfig
from sources.contract import SourceObject, Window

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
