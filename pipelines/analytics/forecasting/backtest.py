"""How the forecast would have done: made on past days with what was known then, held against what came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pipelines.analytics.forecasting.history import NEVER, Ints, OpenDeals, Stretches, day_number
from pipelines.analytics.forecasting.pipeline import HISTORY, forecast
from pipelines.analytics.forecasting.simulation import interval

# a look every month, for a year, at the two months after each
TIMES, EVERY_DAYS, AHEAD_DAYS = 12, 30, 60
# fewer draws than tonight's forecast takes tell inside from outside of the bounds as well
_HISTORIES = 40


@dataclass(frozen=True)
class Look:
    """A forecast of one past day for the ``AHEAD_DAYS`` after it, in cents, and what those deals came to."""

    day: date
    until: date
    forecast: int
    low: int
    high: int
    actual: int


def look_back(stretches: Stretches, cents: Ints, as_of: date) -> list[Look]:
    """Return the looks of past days at which history was long enough, the latest first.

    ``cents`` is the amount of each deal of ``stretches``. Amounts are those of today: what a deal was worth on a past
    day is not asked, so that a look is judged by the deals that were won and by when.
    """
    looks = []
    for step in range(TIMES):
        day = as_of - timedelta(days=AHEAD_DAYS + step * EVERY_DAYS)
        found = _look(stretches, cents, day)
        if found is not None:
            looks.append(found)
    return looks


def open_then(stretches: Stretches, cents: Ints, day: int) -> tuple[OpenDeals, Ints]:
    """Return the deals open at the end of ``day`` as they stood, and their places among the stretches' rows."""
    rows = np.flatnonzero((stretches.since <= day) & (day < stretches.until) & (day < stretches.closed))
    deals, first = np.unique(stretches.deal[rows], return_index=True)
    rows = rows[first]
    names = np.array(stretches.stages, dtype=object)
    unsaid, unplanned = np.full(len(rows), np.nan), np.full(len(rows), NEVER)
    age = day - stretches.opened[rows]
    return OpenDeals(deals.astype(object), names[stretches.stage[rows]], age, cents[deals], unsaid, unplanned), rows


def _look(stretches: Stretches, cents: Ints, day: date) -> Look | None:
    """Return the look of one day, None where no deal was open or history was too short."""
    today = day_number(day)
    deals, rows = open_then(stretches, cents, today)
    if len(rows) == 0:
        return None
    made = forecast(stretches, deals, day, AHEAD_DAYS, _HISTORIES)
    if made.reason or not (made.method == HISTORY).all():
        return None
    closed = stretches.closed[rows]
    won = stretches.is_won[rows] & (closed <= today + AHEAD_DAYS)
    low, high = interval(made.drawn.sum(axis=1))
    return Look(day, day + timedelta(days=AHEAD_DAYS), int(made.cents.sum()), low, high, int(deals.cents[won].sum()))
