"""Boosting and its baseline together: the mean of their log-odds, steadier than either where examples are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.analytics.scoring.boosting import Boosting
from pipelines.analytics.scoring.encoding import Floats
from pipelines.analytics.scoring.logistic import Logistic


@dataclass(frozen=True)
class Blend:
    """Two models of the same columns."""

    boosting: Boosting
    logistic: Logistic

    def log_odds(self, matrix: Floats) -> Floats:
        """Return the log-odds of each row of ``matrix``."""
        return (self.boosting.log_odds(matrix) + self.logistic.log_odds(matrix)) / 2

    def change(self, matrix: Floats, replaced: dict[int, float]) -> Floats:
        """Return by how much the log-odds of each row are above those with the columns ``replaced`` by constants."""
        return (self.boosting.change(matrix, replaced) + self.logistic.change(matrix, replaced)) / 2

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads."""
        return {"boosting": self.boosting.to_json(), "logistic": self.logistic.to_json()}

    @staticmethod
    def from_json(kept: dict[str, Any]) -> Blend:
        """Return the model that ``to_json`` told."""
        return Blend(Boosting.from_json(kept["boosting"]), Logistic.from_json(kept["logistic"]))
