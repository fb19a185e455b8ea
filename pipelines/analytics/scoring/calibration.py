"""Mending probabilities that are off: a monotone map from log-odds to probability, learnt on rows not trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.analytics.scoring.encoding import Floats

# below so many positives a free-form map follows noise, and a line is fitted instead
ISOTONIC_POSITIVES = 1_000


def probability(log_odds: Floats) -> Floats:
    """Return the probabilities of log-odds."""
    result: Floats = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -700, 700)))
    return result


@dataclass(frozen=True)
class Calibration:
    """A map of log-odds: `sigmoid` to slope · x + intercept, `isotonic` through points, `none` to itself."""

    kind: str = "none"
    first: tuple[float, ...] = ()
    second: tuple[float, ...] = ()

    def probability(self, log_odds: Floats) -> Floats:
        """Return the calibrated probability of each row."""
        if self.kind == "isotonic":
            result: Floats = np.interp(log_odds, self.first, self.second)
            return result
        if self.kind == "sigmoid":
            return probability(self.first[0] * log_odds + self.second[0])
        return probability(log_odds)

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads."""
        return {"kind": self.kind, "first": list(self.first), "second": list(self.second)}

    @staticmethod
    def from_json(kept: dict[str, Any]) -> Calibration:
        """Return the map that ``to_json`` told."""
        return Calibration(kept["kind"], tuple(kept["first"]), tuple(kept["second"]))


UNCHANGED = Calibration()


def fit(log_odds: Floats, outcome: Floats) -> Calibration:
    """Fit a map: isotonic where there are enough positives, else sigmoid (Platt)."""
    if outcome.sum() >= ISOTONIC_POSITIVES and (1 - outcome).sum() >= ISOTONIC_POSITIVES:
        from sklearn.isotonic import IsotonicRegression

        # nothing is certain: a probability of 0 or 1 would cost an infinite log-loss
        edge = 1.0 / (len(outcome) + 2)
        model = IsotonicRegression(y_min=edge, y_max=1 - edge, out_of_bounds="clip").fit(log_odds, outcome)
        return Calibration("isotonic", tuple(model.X_thresholds_.tolist()), tuple(model.y_thresholds_.tolist()))
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=1e6, max_iter=1000).fit(log_odds.reshape(-1, 1), outcome)
    return Calibration("sigmoid", (float(line.coef_[0, 0]),), (float(line.intercept_[0]),))


# the shift that is expected without any evidence is 0, give or take this much
_SHIFT_SPREAD = 0.2


def shift(log_odds: Floats, outcome: Floats) -> float:
    """Return what to add to log-odds so that they meet ``outcome`` in total, drawn to 0 the fewer rows there are.

    The mode of the posterior with a normal prior, by Newton's method on a concave function.
    """
    moved = 0.0
    for _ in range(50):
        expected = probability(log_odds + moved)
        slope = float((outcome - expected).sum()) - moved / _SHIFT_SPREAD**2
        step = slope / (float((expected * (1 - expected)).sum()) + 1 / _SHIFT_SPREAD**2)
        moved += step
        if abs(step) < 1e-10:
            break
    return moved
