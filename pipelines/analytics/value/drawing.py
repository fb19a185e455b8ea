"""Futures drawn for customers: what they may buy and spend, as unsure as the parameters, the customer and chance are.

Parameters are drawn from what the data leaves open, then a future of each customer given theirs and their own past.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from pipelines.analytics.value import average, gamma_gamma
from pipelines.analytics.value.assumptions import INTERVAL
from pipelines.analytics.value.fitting import Fit, Floats, plausible
from pipelines.analytics.value.observing import Observed
from pipelines.analytics.value.purchase_models import MODELS, PurchaseModel
from pipelines.analytics.value.spending import Spending

PARAMETER_DRAWS = 20
FUTURES_PER_DRAW = 10
FUTURES = PARAMETER_DRAWS * FUTURES_PER_DRAW
_BLOCK = 50_000
# how exactly moments matter for what the parameters may be
_COARSE_WEEKS = 4.0


def draw_futures(
    model: str, fit: Fit, spending: Spending, observed: Observed, weeks: float, weekly_rate: float, seed: int
) -> Iterator[tuple[slice, NDArray[np.float32], NDArray[np.float32]]]:
    """Yield blocks of customers, their purchases and their amounts: arrays of customers x ``FUTURES``.

    Amounts are discounted continuously at ``weekly_rate``; NaN where no amount is known at all.
    """
    source: PurchaseModel | ModuleType = MODELS.get(model, average)
    rng = np.random.default_rng(seed)
    drawn = np.tile(fit.vector, (PARAMETER_DRAWS, 1))
    if model in MODELS:
        likelihood = MODELS[model].likelihood(observed.histories.grouped()[0].coarse(_COARSE_WEEKS))
        drawn = plausible(likelihood, fit, rng, PARAMETER_DRAWS)
    spent = spending.drawn(observed, rng, PARAMETER_DRAWS)
    for start in range(0, len(observed), _BLOCK):
        block = slice(start, min(start + _BLOCK, len(observed)))
        part = observed.part(np.arange(block.start, block.stop))
        histories, rng = part.histories, np.random.default_rng([seed, start])
        groups, place = histories.grouped()
        purchases = np.empty((len(part), FUTURES), dtype=np.float32)
        amounts = np.full((len(part), FUTURES), np.nan, dtype=np.float32)
        for at in range(FUTURES):
            parameters = drawn[at // FUTURES_PER_DRAW]
            if at % FUTURES_PER_DRAW == 0:
                alive = source.alive(parameters, groups)[place]
            count, span = source.draw_purchases(parameters, histories, alive, weeks, rng)
            purchases[:, at] = count
            if spent is not None:
                amount = gamma_gamma.draw_amounts(spent[at // FUTURES_PER_DRAW], part.valued, part.amount, count, rng)
                amounts[:, at] = amount * _mean_discount(weekly_rate * span)
        yield block, purchases, amounts


def likely_range(futures: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Return, per row, the ends of the range that holds ``INTERVAL`` of the futures.

    It leaves out as much below as above; where more than that below is 0, all is left out above, so that the range is
    0 to 0 where it is nearly certain that nothing comes.
    """
    tail = (1 - INTERVAL) / 2
    low, top, high = np.quantile(futures, [tail, INTERVAL, 1 - tail], axis=1)
    return np.asarray(low, dtype=np.float64), np.where(low > 0, high, top).astype(np.float64)


def _mean_discount(reach: Floats) -> Floats:
    """Return the mean of exp(-u) over u from 0 to ``reach``."""
    return np.where(reach > 1e-9, -np.expm1(-reach) / np.maximum(reach, 1e-9), 1.0)
