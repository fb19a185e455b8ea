"""What a run shows of a model: its figures on the test window, and plots of rank, calibration and gains."""

from __future__ import annotations

import numpy as np

from pipelines.analytics.outputs import Plot
from pipelines.analytics.scoring.encoding import Floats
from pipelines.analytics.scoring.measures import Measures, gains, measure, precision_recall, roc


def figures(measures: Measures, prefix: str = "") -> dict[str, object]:
    """Return the figures as run metadata."""
    told = measures.to_json()
    del told["deciles"]
    return {f"{prefix}{name}": value for name, value in told.items()}


def plots(outcome: Floats, probability: Floats, what: str) -> dict[str, object]:
    """Return the plots of one model on one window; ``what`` is what its probability is of."""
    deciles = measure(outcome, probability).deciles
    even = np.linspace(0, 1, 101).tolist()
    return {
        "roc": Plot(
            f"{what}: rank",
            "share of the others",
            "share found",
            {"model": roc(outcome, probability), "by chance": (even, even)},
        ),
        "precision_recall": Plot(
            f"{what}: precision and recall", "recall", "precision", {"model": precision_recall(outcome, probability)}
        ),
        "calibration": Plot(
            f"{what}: said and seen, by tenth",
            "mean probability",
            "share",
            {"model": ([p for p, _ in deciles], [o for _, o in deciles]), "exact": ([0.0, 1.0], [0.0, 1.0])},
        ),
        "gains": Plot(
            f"{what}: found among the first",
            "share looked at",
            "share found",
            {"model": gains(outcome, probability), "by chance": (even, even)},
        ),
    }
