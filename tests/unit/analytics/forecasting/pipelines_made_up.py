"""Made-up pipelines whose odds are known: two stages, won in the end by a share that is set."""

from __future__ import annotations

from datetime import date

import numpy as np

from pipelines.analytics.forecasting.history import NEVER, OpenDeals, Stretches, day_number

AS_OF = date(2026, 6, 30)
TODAY = day_number(AS_OF)
# of the deals in the first stage so many reach the second, of those so many are won
REACH, WIN = 0.6, 0.6
STAGES = ("first", "second")


def made_up(seed: int, deals: int, days: int = 900) -> tuple[Stretches, np.ndarray]:
    """Return deals opened over the days up to ``AS_OF``, with all that becomes of them, and their cents."""
    rng = np.random.default_rng([seed, deals])
    opened = TODAY - rng.integers(0, days, deals)
    moved = opened + 1 + rng.gamma(2.0, 8.0, deals).astype(np.int64)
    reaches = rng.random(deals) < REACH
    closed = np.where(reaches, moved + 1 + rng.gamma(2.0, 10.0, deals).astype(np.int64), moved)
    won = reaches & (rng.random(deals) < WIN)
    cents = np.rint(rng.lognormal(12.0, 1.0, deals)).astype(np.int64)
    first = (np.arange(deals), np.zeros(deals, dtype=np.int64), opened, moved)
    second = (np.flatnonzero(reaches), np.ones(int(reaches.sum()), dtype=np.int64), moved[reaches], closed[reaches])
    deal, stage, since, until = (np.concatenate(pair) for pair in zip(first, second, strict=True))
    return Stretches(STAGES, deal, stage, opened[deal], since, until, closed[deal], won[deal]), cents


def known_by(stretches: Stretches, day: int) -> Stretches:
    """Return what was known at the end of ``day``."""
    begun = stretches.since <= day
    over = stretches.until <= day
    return Stretches(
        stretches.stages,
        stretches.deal[begun],
        stretches.stage[begun],
        stretches.opened[begun],
        stretches.since[begun],
        np.where(over, stretches.until, NEVER)[begun],
        np.where(stretches.closed <= day, stretches.closed, NEVER)[begun],
        (stretches.is_won & (stretches.closed <= day))[begun],
    )


def open_deals(
    stages: list[str], ages: list[int], cents: list[int], probability: float, closes: list[int]
) -> OpenDeals:
    """Return open deals of one stated probability."""
    return OpenDeals(
        np.array([f"deal {place}" for place in range(len(stages))], dtype=object),
        np.array(stages, dtype=object),
        np.array(ages, dtype=np.int64),
        np.array(cents, dtype=np.int64),
        np.full(len(stages), probability),
        np.array(closes, dtype=np.int64),
    )
