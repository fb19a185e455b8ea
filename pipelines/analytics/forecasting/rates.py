"""How deals that stood where a deal stands now went on: the share won within so many days, by stage and age.

A past deal speaks once for every day it stood in a cell (a stage and an age), as a look at the pipeline on a random
day would have met it. Only days are looked at after which a whole horizon is known, so that a deal still open is not
mistaken for a lost one. What is forecast from the shares belongs to ``simulation`` and ``pipeline``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.analytics.forecasting.history import AGE_BANDS, NEVER, Floats, Ints, Stretches

# a horizon holds this share of the closed deals' lives, between two months and a year
_HORIZON_QUANTILE = 0.98
_SHORTEST, _LONGEST = 60, 365
# win rates move: older days than this before the newest one that is looked at say nothing
_LOOK_BACK_DAYS = 730
# so many of the newest deals say all there is to say
_MOST_DEALS = 20_000
# a cell of fewer deals leans on its stage, and a stage on all deals, as if it had seen so many of theirs
_PRIOR_DEALS = 5.0
# with fewer deals that ran their course, or fewer wins or losses among them, history is no guide
ENOUGH_DEALS, ENOUGH_OF_A_KIND = 50, 10


@dataclass(frozen=True)
class Donors:
    """Stretches cut at the bands of age and at the last day looked at.

    ``deal`` numbers those that speak; ``cell`` is stage × band; ``days`` how long the deal stood there; of a won deal
    ``nearest`` and ``farthest`` are the days that were left to its win on the last and on the first of them.
    ``cell_deals`` (stage, band) and ``stage_deals`` count deals.
    """

    horizon: int
    stage_count: int
    deal: Ints
    cell: Ints
    days: Ints
    is_won: np.ndarray
    nearest: Ints
    farthest: Ints
    cell_deals: Ints
    stage_deals: Ints

    @property
    def deal_count(self) -> int:
        """Return the number of deals that speak."""
        return int(self.deal.max(initial=-1)) + 1

    @property
    def won_count(self) -> int:
        """Return how many of them were won."""
        return len(np.unique(self.deal[self.is_won]))

    @property
    def is_enough(self) -> bool:
        """Return whether there are deals enough, won and not won."""
        lost = self.deal_count - self.won_count
        return self.deal_count >= ENOUGH_DEALS and min(self.won_count, lost) >= ENOUGH_OF_A_KIND


@dataclass(frozen=True)
class Curves:
    """Share won within 0 … horizon days, one row per stage, band and day; shares of cells lean on larger ones.

    ``observed`` and ``deals`` are what the cells themselves saw (NaN and 0 where nothing), ``all_deals`` the curve of
    all cells together.
    """

    won: Floats
    observed: Floats
    deals: Ints
    all_deals: Floats

    @property
    def horizon(self) -> int:
        """Return the last day of the curves."""
        return self.won.shape[2] - 1

    def of(self, stage: Ints, age: Ints, days: Ints) -> Floats:
        """Return the shares within ``days`` (columns) per deal; a stage of -1 is one that history does not know."""
        found = self.won[:, :, days][np.maximum(stage, 0), bands(age)]
        return np.where((stage >= 0)[:, None], found, self.all_deals[days])


def bands(age: Ints) -> Ints:
    """Return the place in ``AGE_BANDS`` of ages in days."""
    return np.searchsorted(np.array(AGE_BANDS), age, side="right") - 1


def horizon_of(stretches: Stretches, as_of: int) -> int:
    """Return the days within which nearly every deal is closed, by those that were by ``as_of``."""
    closed = stretches.closed <= as_of
    if not closed.any():
        return _SHORTEST
    deals, first = np.unique(stretches.deal[closed], return_index=True)
    lives = (stretches.closed - stretches.opened)[closed][first]
    longest = int(np.quantile(lives, _HORIZON_QUANTILE, method="higher")) if len(deals) else _SHORTEST
    known = (as_of - int(stretches.opened.min())) // 2
    return max(min(longest, _LONGEST, known), _SHORTEST)


def donors_of(stretches: Stretches, as_of: int) -> Donors:
    """Return what ``stretches`` say by the end of ``as_of``; nothing that happened later is in it."""
    horizon = horizon_of(stretches, as_of)
    last_day = as_of - horizon
    edges = np.array([*AGE_BANDS, NEVER])
    count = len(AGE_BANDS)
    rows, band = (index.ravel() for index in np.indices((len(stretches.deal), count)))
    opened, closed = stretches.opened[rows], stretches.closed[rows]
    first = np.maximum(stretches.since[rows], opened + edges[band])
    first = np.maximum(first, last_day - _LOOK_BACK_DAYS)
    until = np.minimum(np.minimum(stretches.until[rows], opened + edges[band + 1]), np.minimum(closed, last_day + 1))
    kept = (first < until) & (opened >= _oldest_heard(stretches, last_day))
    rows, band, first, until, closed = (each[kept] for each in (rows, band, first, until, closed))
    deal, stage = np.unique(stretches.deal[rows], return_inverse=True)[1], stretches.stage[rows]
    stages = len(stretches.stages)
    return Donors(
        horizon,
        stages,
        deal,
        stage * count + band,
        until - first,
        stretches.is_won[rows] & (closed - until + 1 <= horizon),
        closed - until + 1,
        closed - first,
        _deals_in(stage * count + band, deal, stages * count).reshape(stages, count),
        _deals_in(stage, deal, stages),
    )


def _oldest_heard(stretches: Stretches, last_day: int) -> int:
    """Return the day since which the newest deals of all that speak were created."""
    opened = np.sort(stretches.opened[np.unique(stretches.deal, return_index=True)[1]])
    heard = opened[opened <= last_day]
    return int(heard[-_MOST_DEALS]) if len(heard) > _MOST_DEALS else -NEVER


def _deals_in(group: Ints, deal: Ints, groups: int) -> Ints:
    """Return how many deals each group has."""
    wide = int(deal.max(initial=0)) + 1
    return np.bincount(np.unique(group * wide + deal) // wide, minlength=groups)


def curves_of(donors: Donors, weights: Floats | None = None) -> Curves:
    """Return the curves of ``donors``; ``weights`` is one number per deal and 1 for each where it is not given."""
    bands_count, days = len(AGE_BANDS), donors.horizon + 1
    cells = donors.stage_count * bands_count
    weight = np.ones(len(donors.deal)) if weights is None else weights[donors.deal]
    seen = np.bincount(donors.cell, weight * donors.days, cells).reshape(donors.stage_count, bands_count)
    shape = (donors.stage_count, bands_count, days + 1)
    won = donors.is_won
    row = donors.cell[won] * (days + 1)
    begins = np.bincount(row + donors.nearest[won], weight[won], cells * (days + 1))
    ends = np.bincount(row + np.minimum(donors.farthest[won] + 1, days), weight[won], cells * (days + 1))
    # a deal that stood n days in a cell was once each of n days before its win
    wins = (begins - ends).reshape(shape).cumsum(axis=2).cumsum(axis=2)[:, :, :days]
    everything = _share(wins.sum(axis=(0, 1)), seen.sum())
    by_stage = _lean(_share(wins.sum(axis=1), seen.sum(axis=1)), donors.stage_deals, everything[None, :])
    observed = _share(wins, seen)
    return Curves(_lean(observed, donors.cell_deals, by_stage[:, None, :]), observed, donors.cell_deals, everything)


def _share(wins: Floats, seen: Any) -> Floats:
    """Return wins of what was seen, day by day; NaN where nothing was."""
    total = np.asarray(seen, dtype=np.float64)[..., None]
    return np.divide(wins, total, out=np.full(wins.shape, np.nan), where=total > 0)


def _lean(share: Floats, deals: Ints, larger: Floats) -> Floats:
    """Return ``share`` drawn towards that of the larger group, the more the fewer deals it rests on."""
    trust = (deals / (deals + _PRIOR_DEALS))[..., None]
    larger = np.nan_to_num(larger)
    return np.where(np.isnan(share), larger, trust * np.nan_to_num(share) + (1 - trust) * larger)
