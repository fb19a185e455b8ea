"""The probability of no purchase by the rhythm of purchases alone: models that need no labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.analytics.scoring.encoding import Floats
from pipelines.analytics.value.fitting import Histories
from pipelines.analytics.value.purchase_models import MODELS, fit, no_purchase

if TYPE_CHECKING:
    import pandas as pd

# the second where the first does not converge
MODEL_NAMES = ("pareto_nbd", "mbg_nbd")
# the feature that holds it
COLUMN = "no_purchase_rate"
# fewer repeaters do not tell how rates differ between customers
FEWEST_REPEATERS = 30
_WEEK = 7.0


@dataclass(frozen=True)
class Rhythm:
    """A fitted model of the purchases of all customers."""

    name: str
    parameters: Mapping[str, float]

    def rates(self, table: pd.DataFrame, days: int) -> Floats:
        """Return the probability of no purchase within ``days`` of each feature row."""
        grouped, place = _histories(table).grouped()
        parameters = np.array(list(self.parameters.values()))
        return no_purchase(MODELS[self.name], parameters, grouped, days / _WEEK)[place]


def _histories(table: pd.DataFrame) -> Histories:
    """Return the purchase histories of feature rows."""
    last = (table["tenure_days"] - table["recency_days"]).to_numpy(dtype=np.float64) / _WEEK
    age = table["tenure_days"].to_numpy(dtype=np.float64) / _WEEK
    return Histories.of(table["purchase_count"].to_numpy(dtype=np.float64) - 1, last, age)


def rhythm_of(table: pd.DataFrame) -> Rhythm | None:
    """Return the model fitted to feature rows, or None where there are too few or none converges."""
    histories = _histories(table)
    if histories.repeaters < FEWEST_REPEATERS:
        return None
    for name in MODEL_NAMES:
        found = fit(MODELS[name], histories.grouped()[0])
        if found.converged:
            return Rhythm(name, found.parameters)
    return None
