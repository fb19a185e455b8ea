"""How good probabilities are: rank, calibration and gain, on rows that were not trained on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pipelines.analytics.scoring.encoding import Floats

_BINS = 10


@dataclass(frozen=True)
class Measures:
    """Figures of one model on one window.

    Attributes:
        auc: area under the ROC curve: how often a random positive is above a random negative.
        average_precision: area under the precision-recall curve.
        brier: mean squared error of the probability.
        calibration_error: expected calibration error over ten equal ranges of probability.
        lift: share of positives among the tenth with the highest probability, over their share in all.
        deciles: (mean probability, share of positives) of each tenth, lowest first.
    """

    rows: int
    positives: int
    auc: float
    average_precision: float
    brier: float
    calibration_error: float
    lift: float
    deciles: tuple[tuple[float, float], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON."""
        return asdict(self) | {"deciles": [list(pair) for pair in self.deciles]}


def measure(outcome: Floats, probability: Floats) -> Measures:
    """Return the figures of probabilities, given outcomes of 0 and 1 of which both occur."""
    from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

    order = np.argsort(probability, kind="stable")
    tenths = [part for part in np.array_split(order, 10) if len(part)]
    deciles = tuple((float(probability[part].mean()), float(outcome[part].mean())) for part in tenths)
    return Measures(
        rows=len(outcome),
        positives=int(outcome.sum()),
        auc=float(roc_auc_score(outcome, probability)),
        average_precision=float(average_precision_score(outcome, probability)),
        brier=float(brier_score_loss(outcome, probability)),
        calibration_error=calibration_error(outcome, probability),
        lift=deciles[-1][1] / float(outcome.mean()),
        deciles=deciles,
    )


def calibration_error(outcome: Floats, probability: Floats) -> float:
    """Return the expected calibration error: over ten equal ranges, the mean gap weighted by rows."""
    bins = np.minimum((probability * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, weights=probability - outcome, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(outcome))


def roc(outcome: Floats, probability: Floats) -> tuple[list[float], list[float]]:
    """Return the ROC curve at a hundred points: share of negatives, share of positives above a threshold."""
    from sklearn.metrics import roc_curve

    false, true, _ = roc_curve(outcome, probability)
    across = np.linspace(0, 1, 101)
    return across.tolist(), np.interp(across, false, true).tolist()


def precision_recall(outcome: Floats, probability: Floats) -> tuple[list[float], list[float]]:
    """Return the precision at each of a hundred recalls."""
    ranked = outcome[np.argsort(-probability, kind="stable")]
    found = np.cumsum(ranked)
    recalls = np.linspace(0.01, 1, 100)
    at = np.searchsorted(found, recalls * found[-1] - 1e-9)
    return recalls.tolist(), (found[at] / (at + 1)).tolist()


def gains(outcome: Floats, probability: Floats) -> tuple[list[float], list[float]]:
    """Return the share of positives found among each top share of rows, highest probability first."""
    ranked = outcome[np.argsort(-probability, kind="stable")]
    shares = np.linspace(0, 1, 101)
    found = np.concatenate([[0.0], np.cumsum(ranked)]) / ranked.sum()
    return shares.tolist(), found[np.round(shares * len(ranked)).astype(int)].tolist()
