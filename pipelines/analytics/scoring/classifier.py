"""A table of features in, a calibrated probability out, and what each theme of features did to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.analytics.scoring.blend import Blend
from pipelines.analytics.scoring.boosting import Boosting
from pipelines.analytics.scoring.calibration import UNCHANGED, Calibration
from pipelines.analytics.scoring.encoding import Encoding, Floats
from pipelines.analytics.scoring.logistic import Logistic

if TYPE_CHECKING:
    import pandas as pd

# feature names that are told together, because one stands for the other
Themes = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Given:
    """A probability that another model worked out and that is a column of the table."""

    column: int

    def log_odds(self, matrix: Floats) -> Floats:
        """Return the column as log-odds; an unknown one counts as even."""
        given = np.clip(np.nan_to_num(matrix[:, self.column], nan=0.5), 1e-6, 1 - 1e-6)
        result: Floats = np.log(given / (1 - given))
        return result

    def change(self, matrix: Floats, replaced: dict[int, float]) -> Floats:
        """Return by how much the log-odds of each row are above those with the columns ``replaced`` by constants."""
        if self.column not in replaced:
            return np.zeros(len(matrix))
        other = np.full((1, self.column + 1), replaced[self.column])
        return self.log_odds(matrix) - self.log_odds(other)

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads."""
        return {"column": self.column}

    @staticmethod
    def from_json(kept: dict[str, Any]) -> Given:
        """Return the model that ``to_json`` told."""
        return Given(kept["column"])


Learner = Boosting | Logistic | Blend | Given
_LEARNERS: dict[str, Any] = {"boosting": Boosting, "logistic": Logistic, "blend": Blend, "given": Given}


@dataclass(frozen=True)
class Classifier:
    """A learner with the encoding of its features and the calibration of what it says."""

    encoding: Encoding
    learner: Learner
    calibration: Calibration = UNCHANGED

    def probability(self, table: pd.DataFrame) -> Floats:
        """Return the probability of each row of ``table``, which has the features of training."""
        return self.calibration.probability(self.log_odds(table))

    def log_odds(self, table: pd.DataFrame) -> Floats:
        """Return the log-odds of each row before calibration."""
        return self.learner.log_odds(self.encoding.matrix(table))

    def contributions(self, table: pd.DataFrame, themes: Themes) -> Floats:
        """Return (rows, themes): how much higher the log-odds are than with a theme's features at their typical value.

        Typical is the median of training, of a word the most frequent. Exact: the model is asked both times.
        """
        matrix, columns = self.encoding.matrix(table), self.encoding.columns
        result = np.zeros((len(matrix), len(themes)))
        for at, features in enumerate(themes.values()):
            own = [c for f in features if f in columns for c in range(columns[f].start, columns[f].stop)]
            result[:, at] = self.learner.change(matrix, {c: self.encoding.typical[c] for c in own})
        return result

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads."""
        kind = next(name for name, learner in _LEARNERS.items() if isinstance(self.learner, learner))
        return {
            "encoding": self.encoding.to_json(),
            "kind": kind,
            "learner": self.learner.to_json(),
            "calibration": self.calibration.to_json(),
        }

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Classifier:
        """Return the classifier that ``to_json`` told."""
        learner = _LEARNERS[kept["kind"]].from_json(kept["learner"])
        return Classifier(Encoding.from_json(kept["encoding"]), learner, Calibration.from_json(kept["calibration"]))
