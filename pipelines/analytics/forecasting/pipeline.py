"""The forecast of one day: which open deals will be won, in which month, and between which bounds.

Reading and writing tables belongs to the package, how often such deals were won to ``rates``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pipelines.analytics.forecasting.history import NEVER, Floats, Ints, OpenDeals, Stretches, day_number
from pipelines.analytics.forecasting.rates import Curves, Donors, curves_of, donors_of
from pipelines.analytics.forecasting.simulation import HISTORIES, deal_weights, draw

HISTORY, SOURCE, UNMEASURED = "history", "source probabilities", "not measurable"
# a plan further away than this is won later than the last month
_MOST_MONTHS = 24


@dataclass(frozen=True)
class Forecast:
    """Open deals (rows, in their order) by month (columns), and what was drawn for them.

    Attributes:
        months: first day of each month.
        rate: probability that the deal is won in the month.
        cents: its expected amount there.
        days_to_win: days until half of what will be won of such deals is won; -1 where it is not known.
        method: per deal `history`, `source probabilities` or `not measurable`.
        drawn: cents won, one row per draw and one column per month.
        curves: by stage and age, None where history is too short.
        reason: in words, why history is no guide; empty where it is.
    """

    months: tuple[date, ...]
    rate: Floats
    cents: Ints
    days_to_win: Ints
    method: np.ndarray
    drawn: Ints
    curves: Curves | None
    reason: str

    @property
    def chief_method(self) -> str:
        """Return the method of the forecast as a whole."""
        if self.curves is not None:
            return HISTORY
        return SOURCE if (self.method == SOURCE).any() else UNMEASURED


def months_from(as_of: date, until: date) -> tuple[date, ...]:
    """Return the first days of the months from the day after ``as_of`` to that of ``until``, at most 24."""
    first = (as_of + timedelta(days=1)).replace(day=1)
    count = (until.year - first.year) * 12 + until.month - first.month + 1
    return tuple(_later(first, step) for step in range(min(max(count, 1), _MOST_MONTHS)))


def _later(month: date, months: int) -> date:
    """Return the first day of the month so many months later."""
    years, place = divmod(month.month - 1 + months, 12)
    return date(month.year + years, place + 1, 1)


def forecast(
    stretches: Stretches, deals: OpenDeals, as_of: date, days: int | None = None, histories: int = HISTORIES
) -> Forecast:
    """Return the forecast of ``deals`` by what is known of other deals at the end of ``as_of``; seeded, so repeatable.

    With ``days``, the next so many days stand in the place of the months. ``histories`` is how often the past is drawn.
    """
    donors = donors_of(stretches, day_number(as_of))
    if donors.is_enough:
        return _by_history(donors, stretches.stages, deals, as_of, days, histories)
    lost = donors.deal_count - donors.won_count
    reason = f"only {donors.deal_count} deals ran their course: {donors.won_count} won, {lost} not won"
    return _by_source(deals, as_of, reason)


def _by_history(
    donors: Donors, stages: tuple[str, ...], deals: OpenDeals, as_of: date, days: int | None, histories: int
) -> Forecast:
    """Return the forecast by what past deals did that stood where these stand."""
    curves = curves_of(donors)
    months = months_from(as_of, as_of + timedelta(days=curves.horizon)) if days is None else (as_of,)
    ends = [day_number(_later(month, 1)) - 1 - day_number(as_of) for month in months] if days is None else [days]
    last = np.minimum(ends, curves.horizon)
    known = {stage: place for place, stage in enumerate(stages) if donors.stage_deals[place] > 0}
    stage = np.array([known.get(name, -1) for name in deals.stage], dtype=np.int64)

    def won_by(found: Curves, days: Ints) -> Floats:
        table = found.of(stage, deals.age, np.append(days, found.horizon))
        return _as_the_source_says(table, stage, deals.probability)[:, :-1]

    within = won_by(curves, last)
    weighted = deal_weights(donors.deal_count, histories)
    drawn = draw(deals.cents, (won_by(curves_of(donors, weights), last) for weights in weighted))
    told = (stage >= 0) | np.isnan(deals.probability)
    return Forecast(
        months,
        rate := np.diff(within, axis=1, prepend=0.0),
        np.rint(rate * deals.cents[:, None]).astype(np.int64),
        _half_won(won_by(curves, np.arange(curves.horizon + 1))),
        np.where(told, HISTORY, SOURCE).astype(object),
        drawn,
        curves,
        "",
    )


def _as_the_source_says(curve: Floats, stage: Ints, probability: Floats) -> Floats:
    """Return the curves, of deals in a stage without a history brought to the level that the source states."""
    final = curve[:, -1]
    level = np.divide(probability, final, out=np.ones(len(final)), where=final > 0)
    unknown = (stage < 0) & ~np.isnan(probability)
    return np.where(unknown[:, None], np.minimum(curve * level[:, None], 1.0), curve)


def _half_won(within: Floats) -> Ints:
    """Return the day by which half of what is ever won is won, -1 where nothing is."""
    final = within[:, -1:]
    return np.where(final[:, 0] > 0, (within >= final / 2).argmax(axis=1), -1)


def _by_source(deals: OpenDeals, as_of: date, reason: str) -> Forecast:
    """Return the forecast by the probabilities and days that the source states; what has none is not forecast."""
    measured = ~np.isnan(deals.probability)
    today = day_number(as_of)
    planned = np.where(deals.close < NEVER, np.maximum(deals.close, today + 1), today + 1)
    furthest = min(int(planned.max(initial=today + 1)), today + 366 * _MOST_MONTHS // 12)
    months = months_from(as_of, as_of + timedelta(days=furthest - today))
    starts = np.array([day_number(month) for month in months])
    month = np.searchsorted(starts, planned, side="right") - 1
    rate = np.zeros((len(deals.ids), len(months)))
    rate[np.arange(len(deals.ids)), month] = np.nan_to_num(deals.probability)
    return Forecast(
        months,
        rate,
        np.rint(rate * deals.cents[:, None]).astype(np.int64),
        np.where(measured, planned - today, -1),
        np.where(measured, SOURCE, UNMEASURED).astype(object),
        draw(deals.cents, _same(rate.cumsum(axis=1))),
        None,
        reason,
    )


def _same(table: Floats) -> Iterator[Floats]:
    """Yield one table as often as there are histories."""
    return (table for _ in range(HISTORIES))
