"""What open deals may come to: every deal drawn as won in a month or not at all, many times over.

Each draw also takes the past deals anew, so that an interval knows how little a short history knows.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.analytics.forecasting.history import Floats, Ints

# curves drawn from history, and draws of the open deals from each
HISTORIES, DRAWS = 200, 5
_SEED = 20_260
# the bounds of an 80 % interval
LOW, HIGH = 0.1, 0.9


def deal_weights(deals: int, histories: int) -> Iterator[Floats]:
    """Yield how often each of the past deals is taken, once per history; the same ones for the same number."""
    rng = np.random.default_rng([_SEED, 1])
    for _ in range(histories):
        yield rng.poisson(1.0, deals).astype(np.float64)


def draw(cents: Ints, within: Iterator[Floats]) -> Ints:
    """Return drawn amounts won, one row per draw and one column per month.

    Args:
        cents: the amount of each deal.
        within: one table per history: the probability of each deal (row) to be won by the end of each month (column).
    """
    rng = np.random.default_rng([_SEED, 2])
    drawn = []
    for table in within:
        months = table.shape[1]
        for _ in range(DRAWS):
            month = (rng.random(len(cents))[:, None] >= table).sum(axis=1)
            won = np.bincount(month, cents, months + 1)[:months]
            drawn.append(np.rint(won).astype(np.int64))
    return np.array(drawn)


def interval(drawn: Ints) -> tuple[int, int]:
    """Return the bounds between which 80 % of the draws lie, in cents."""
    low, high = np.quantile(drawn, [LOW, HIGH], method="nearest")
    return int(low), int(high)
