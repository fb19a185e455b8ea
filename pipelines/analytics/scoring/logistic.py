"""Logistic regression on standardized columns: the baseline that anything cleverer has to beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.analytics.scoring.encoding import Floats


@dataclass(frozen=True)
class Logistic:
    """Log-odds = intercept + weights · (squeezed row − mean) / scale; an unknown number counts as the mean."""

    intercept: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]

    def log_odds(self, matrix: Floats) -> Floats:
        """Return the log-odds of each row of ``matrix``."""
        standard = (_squeezed(matrix) - np.array(self.means)) / np.array(self.scales)
        result: Floats = self.intercept + np.nan_to_num(standard) @ np.array(self.weights)
        return result

    def change(self, matrix: Floats, replaced: dict[int, float]) -> Floats:
        """Return by how much the log-odds of each row are above those with the columns ``replaced`` by constants."""
        total = np.zeros(len(matrix))
        for column, constant in replaced.items():
            mean, scale = self.means[column], self.scales[column]
            own = np.nan_to_num((_squeezed(matrix[:, column]) - mean) / scale)
            total += self.weights[column] * (own - (_squeezed(np.array(constant)) - mean) / scale)
        return total

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads."""
        kept = {name: list(getattr(self, name)) for name in ("weights", "means", "scales")}
        return {"intercept": self.intercept, **kept}

    @staticmethod
    def from_json(kept: dict[str, Any]) -> Logistic:
        """Return the model that ``to_json`` told."""
        return Logistic(kept["intercept"], tuple(kept["weights"]), tuple(kept["means"]), tuple(kept["scales"]))


def _squeezed(values: Floats) -> Floats:
    """Return values with long tails drawn in, signs kept: money and counts are skewed."""
    result: Floats = np.sign(values) * np.log1p(np.abs(values))
    return result


def fit(matrix: Floats, outcome: Floats) -> Logistic:
    """Fit to rows whose outcome is 0 or 1, both of which occur. Deterministic."""
    from sklearn.linear_model import LogisticRegression

    squeezed = _squeezed(matrix)
    known = ~np.isnan(squeezed)
    count = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, squeezed, 0.0).sum(axis=0) / count
    spread = np.sqrt(np.where(known, (squeezed - means) ** 2, 0.0).sum(axis=0) / count)
    scales = np.where(spread > 1e-9, spread, 1.0)
    model = LogisticRegression(max_iter=2000).fit(np.nan_to_num((squeezed - means) / scales), outcome)
    return Logistic(
        float(model.intercept_[0]), tuple(model.coef_[0].tolist()), tuple(means.tolist()), tuple(scales.tolist())
    )
