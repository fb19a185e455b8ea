"""The probability of no purchase by the customer's rhythm alone: Pareto/NBD, which needs no labels and no training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pipelines.analytics.scoring.encoding import Floats
from pipelines.analytics.value.fitting import Histories
from pipelines.analytics.value.purchase_models import MODELS, fit, no_purchase

if TYPE_CHECKING:
    import pandas as pd

NAME = "pareto_nbd"
# the feature that holds it
COLUMN = "no_purchase_rate"
# fewer repeaters do not tell how rates differ between customers
FEWEST_REPEATERS = 30
_WEEK = 7.0


def _histories(table: pd.DataFrame) -> Histories:
    """Return the purchase histories of feature rows."""
    last = (table["tenure_days"] - table["recency_days"]).to_numpy(dtype=np.float64) / _WEEK
    age = table["tenure_days"].to_numpy(dtype=np.float64) / _WEEK
    return Histories.of(table["purchase_count"].to_numpy(dtype=np.float64) - 1, last, age)


def parameters_of(table: pd.DataFrame) -> Mapping[str, float] | None:
    """Return the parameters fitted to feature rows, or None where there are too few or the fit does not converge."""
    histories = _histories(table)
    if histories.repeaters < FEWEST_REPEATERS:
        return None
    found = fit(MODELS[NAME], histories.grouped()[0])
    return found.parameters if found.converged else None


def rates(table: pd.DataFrame, parameters: Mapping[str, float] | None, days: int) -> Floats:
    """Return the probability of no purchase within ``days`` of each feature row, NaN without parameters."""
    if parameters is None:
        return np.full(len(table), np.nan)
    grouped, place = _histories(table).grouped()
    return no_purchase(MODELS[NAME], np.array(list(parameters.values())), grouped, days / _WEEK)[place]
