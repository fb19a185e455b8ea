"""Training on earlier windows, choosing on a later one: never on rows that a model was fitted to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.analytics.scoring import boosting, calibration, logistic
from pipelines.analytics.scoring.classifier import Classifier, Given
from pipelines.analytics.scoring.encoding import Floats, encoding_of
from pipelines.analytics.scoring.measures import Measures, calibration_error, measure

if TYPE_CHECKING:
    import pandas as pd

# a model is mended only where it is off by more than this: mending adds noise of its own
TOLERATED_ERROR = 0.02
# with fewer rows of either outcome a model would learn them by heart, or be judged by chance
FEWEST_TRAINING, FEWEST_TESTING = 50, 20


@dataclass(frozen=True)
class Sample:
    """Rows of one or more windows: features as known on the window's first day, and what happened in it (0 or 1)."""

    table: pd.DataFrame
    outcome: Floats

    def fewest(self) -> int:
        """Return how many rows the rarer outcome has."""
        positives = int(self.outcome.sum())
        return min(positives, len(self.outcome) - positives)


@dataclass(frozen=True)
class Chosen:
    """The candidate with the smallest Brier score on the test window, and the figures of all of them."""

    name: str
    classifier: Classifier
    measures: Mapping[str, Measures]


def thin(training: Sample, testing: Sample) -> str:
    """Return why there is too little to train and judge a model, or an empty text."""
    for what, sample, fewest in (("training", training, FEWEST_TRAINING), ("test", testing, FEWEST_TESTING)):
        if sample.fewest() < fewest:
            return f"{sample.fewest()} of {fewest} examples of the rarer outcome in the {what} window"
    return ""


def train(training: Sample, calibrating: Sample | None, testing: Sample, given: Mapping[str, str]) -> Chosen:
    """Fit boosting and its logistic baseline, and choose between them and probabilities that are ``given``.

    ``given`` is candidate -> the feature that is its probability. Windows follow one another: nothing of a later one is
    seen by what an earlier one decides. Calibration is learnt in the window between, only where it is needed.
    """
    encoding = encoding_of(training.table)
    matrix = encoding.matrix(training.table)
    candidates = {name: Classifier(encoding, Given(encoding.columns[column].start)) for name, column in given.items()}
    candidates["logistic"] = Classifier(encoding, logistic.fit(matrix, training.outcome))
    candidates["boosting"] = Classifier(encoding, boosting.fit(matrix, training.outcome))
    if calibrating is not None:
        candidates = {name: _calibrated(each, calibrating) for name, each in candidates.items()}
    measures = {name: measure(testing.outcome, each.probability(testing.table)) for name, each in candidates.items()}
    best = min(measures, key=lambda name: measures[name].brier)
    return Chosen(best, candidates[best], measures)


def _calibrated(classifier: Classifier, sample: Sample) -> Classifier:
    """Return the classifier, mended on ``sample`` where it is off there."""
    if sample.fewest() < FEWEST_TESTING:
        return classifier
    log_odds = classifier.log_odds(sample.table)
    if calibration_error(sample.outcome, calibration.probability(log_odds)) <= TOLERATED_ERROR:
        return classifier
    return replace(classifier, calibration=calibration.fit(log_odds, sample.outcome))


def pooled(samples: list[Sample]) -> Sample:
    """Return the rows of several windows as one sample."""
    import pandas as pd

    return Sample(
        pd.concat([sample.table for sample in samples], ignore_index=True),
        np.concatenate([sample.outcome for sample in samples]),
    )
