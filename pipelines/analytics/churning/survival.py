"""How long contracts live: Kaplan-Meier by age, or Cox's proportional hazards on what is known at the start.

Fitted by lifelines, kept as numbers. Ages are in days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.analytics.scoring.encoding import Encoding, Floats, encoding_of

if TYPE_CHECKING:
    import pandas as pd

_PENALIZER = 0.01
# beyond the oldest age at which one ended, contracts go on ending as fast as over this share of the ages before
_TAIL = 0.5


@dataclass(frozen=True)
class Survival:
    """Survival to an age = exp(-cumulative hazard of a mean contract · exp(weights · (row − means))).

    Attributes:
        encoding: how features become columns; None, without weights, where they play no part.
        ages, hazard: cumulative hazard at the ages at which contracts ended, from (0, 0) on.
    """

    encoding: Encoding | None
    weights: tuple[float, ...]
    means: tuple[float, ...]
    ages: tuple[float, ...]
    hazard: tuple[float, ...]

    def log_risk(self, table: pd.DataFrame) -> Floats:
        """Return ln of each contract's hazard over that of a mean one."""
        if self.encoding is None:
            return np.zeros(len(table))
        return self._deviations(table) @ np.array(self.weights)

    def _deviations(self, table: pd.DataFrame) -> Floats:
        assert self.encoding is not None
        deviations: Floats = np.nan_to_num(self.encoding.matrix(table) - np.array(self.means))
        return deviations

    def cumulative(self, age: Floats) -> Floats:
        """Return the cumulative hazard of a mean contract at each age, beyond the last one by the pace before it."""
        ages, hazard = np.array(self.ages), np.array(self.hazard)
        known = hazard[np.searchsorted(ages, age, side="right") - 1]
        middle = (1 - _TAIL) * ages[-1]
        pace = (hazard[-1] - np.interp(middle, ages, hazard)) / max(ages[-1] - middle, 1.0)
        return np.asarray(known + pace * np.maximum(age - ages[-1], 0.0))

    def ending(self, table: pd.DataFrame, age: Floats, days: int) -> Floats:
        """Return the probability that a contract alive at ``age`` ends within ``days``."""
        step = self.cumulative(age + days) - self.cumulative(age)
        result: Floats = -np.expm1(-step * np.exp(self.log_risk(table)))
        return result

    def contributions(self, table: pd.DataFrame, themes: Mapping[str, tuple[str, ...]]) -> Floats:
        """Return (rows, themes): what a theme's features add to ln hazard, against their mean."""
        result = np.zeros((len(table), len(themes)))
        if self.encoding is not None:
            parts, columns = self._deviations(table) * np.array(self.weights), self.encoding.columns
            for at, features in enumerate(themes.values()):
                for feature in features:
                    if feature in columns:
                        result[:, at] += parts[:, columns[feature]].sum(axis=1)
        return result

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads."""
        kept = {name: list(getattr(self, name)) for name in ("weights", "means", "ages", "hazard")}
        return {"encoding": self.encoding.to_json() if self.encoding else None, **kept}

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Survival:
        """Return the model that ``to_json`` told."""
        numbers = {name: tuple(kept[name]) for name in ("weights", "means", "ages", "hazard")}
        return Survival(Encoding.from_json(kept["encoding"]) if kept["encoding"] else None, **numbers)


def kaplan_meier(age: Floats, ended: Floats) -> Survival:
    """Return the survival by age alone: ``ended`` is 1 where a contract ended at ``age``, 0 where it still runs."""
    order = np.argsort(age, kind="stable")
    times, first = np.unique(age[order], return_index=True)
    ends = np.add.reduceat(ended[order], first)
    running = len(age) - first
    left = np.cumprod(np.where(ends < running, 1 - ends / running, 1e-6))
    happened = ends > 0
    return Survival(None, (), (), (0.0, *times[happened].tolist()), (0.0, *(-np.log(left[happened])).tolist()))


def proportional_hazards(table: pd.DataFrame, age: Floats, ended: Floats) -> Survival:
    """Return Cox's model of features known at the start; raises lifelines' ConvergenceError."""
    import pandas
    from lifelines import CoxPHFitter

    encoding = encoding_of(table)
    matrix = encoding.matrix(table)
    matrix = np.where(np.isnan(matrix), np.array(encoding.typical), matrix)
    varies = np.ptp(matrix, axis=0) > 0
    frame = pandas.DataFrame(matrix[:, varies]).assign(age=age, ended=ended)
    model = CoxPHFitter(penalizer=_PENALIZER).fit(frame, "age", "ended")
    weights = np.zeros(matrix.shape[1])
    weights[varies] = model.params_.to_numpy()
    baseline = model.baseline_cumulative_hazard_.iloc[:, 0]
    return Survival(
        encoding,
        tuple(weights.tolist()),
        tuple(matrix.mean(axis=0).tolist()),
        (0.0, *baseline.index.to_numpy(dtype=float).tolist()),
        (0.0, *baseline.to_numpy().tolist()),
    )


def concordance(model: Survival, table: pd.DataFrame, age: Floats, ended: Floats) -> float:
    """Return Harrell's C: how often, of two contracts whose order is known, the one at higher risk ended first."""
    from lifelines.utils import concordance_index

    return float(concordance_index(age, -model.log_risk(table), ended))
