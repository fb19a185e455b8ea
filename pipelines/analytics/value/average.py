"""The stated fallback where no model holds: everybody buys at the population's average rate, and nobody leaves."""

from __future__ import annotations

import numpy as np

from pipelines.analytics.value.fitting import Fit, Floats, Histories

NAME = "average"
# how unequal customers are taken to be when the average is all there is: the shape of a gamma distribution
_SHAPE = 0.5


def fit(histories: Histories) -> Fit:
    """Return the repeat purchases per customer and week; 0 where nobody has been seen for a day."""
    seen = float(histories.weight @ histories.age)
    return Fit({"rate": float(histories.weight @ histories.frequency) / seen if seen else 0.0}, float("nan"), True)


def alive(parameters: Floats, histories: Histories) -> Floats:
    """Return NaN: an average knows nothing of leaving."""
    return np.full(len(histories), np.nan)


def expected_purchases(parameters: Floats, histories: Histories, weeks: float) -> Floats:
    """Return the same for everybody."""
    return np.full(len(histories), parameters[0] * weeks)


def draw_purchases(
    parameters: Floats, histories: Histories, alive: Floats, weeks: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return purchases drawn for the next ``weeks`` and the weeks they spread over."""
    rate = parameters[0] * rng.standard_gamma(_SHAPE, len(histories)) / _SHAPE
    return rng.poisson(rate * weeks).astype(np.float64), np.full(len(histories), weeks)
