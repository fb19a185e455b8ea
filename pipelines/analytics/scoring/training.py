"""Training on earlier windows, choosing on a later one: never on rows that a model was fitted to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.analytics.scoring import boosting, calibration, logistic
from pipelines.analytics.scoring.blend import Blend
from pipelines.analytics.scoring.classifier import Classifier, Given, Learner
from pipelines.analytics.scoring.encoding import Floats, encoding_of
from pipelines.analytics.scoring.measures import Measures, calibration_error, measure

if TYPE_CHECKING:
    import pandas as pd

# a model is mended only where it is off by more than this: mending adds noise of its own
TOLERATED_ERROR = 0.02
# with fewer rows of either outcome a model would learn them by heart, or be judged by chance
FEWEST_TRAINING, FEWEST_TESTING = 50, 20
# beyond so many rows small trees learn nothing more
MOST_ROWS = 200_000


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


def train(training: Sample, calibrating: Sample, testing: Sample, given: Mapping[str, str]) -> Chosen:
    """Fit boosting, its logistic baseline and their blend; choose between them and probabilities that are ``given``.

    ``given`` is candidate -> the feature that is its probability. Windows follow one another: nothing of a later one is
    seen by what an earlier one decides. A candidate that is off in the window between is mended by it; for one that is
    not, that window is more to train on.
    """
    earlier, more = _candidates(training, given), _candidates(pooled([training, calibrating]), given)
    candidates = {name: _mended(each, calibrating) or more[name] for name, each in earlier.items()}
    measures = {name: measure(testing.outcome, each.probability(testing.table)) for name, each in candidates.items()}
    best = min(measures, key=lambda name: measures[name].brier)
    return Chosen(best, candidates[best], measures)


def _candidates(sample: Sample, given: Mapping[str, str]) -> dict[str, Classifier]:
    encoding = encoding_of(sample.table)
    matrix = encoding.matrix(sample.table)
    columns = encoding.columns
    found = {name: Classifier(encoding, Given(columns[feature].start)) for name, feature in given.items()}
    baseline, boosted = logistic.fit(matrix, sample.outcome), boosting.fit(matrix, sample.outcome)
    learners: dict[str, Learner] = {"logistic": baseline, "boosting": boosted, "blend": Blend(boosted, baseline)}
    return found | {name: Classifier(encoding, learner) for name, learner in learners.items()}


def _mended(classifier: Classifier, sample: Sample) -> Classifier | None:
    """Return the classifier calibrated on ``sample``, None where it is not off there or too few rows tell."""
    if sample.fewest() < FEWEST_TESTING:
        return None
    log_odds = classifier.log_odds(sample.table)
    if calibration_error(sample.outcome, calibration.probability(log_odds)) <= TOLERATED_ERROR:
        return None
    return replace(classifier, calibration=calibration.fit(log_odds, sample.outcome))


def pooled(samples: list[Sample]) -> Sample:
    """Return the rows of several windows as one sample, every n-th where there are more than are of use."""
    import pandas as pd

    rows = sum(len(sample.outcome) for sample in samples)
    step = -(-rows // MOST_ROWS) or 1
    return Sample(
        pd.concat([sample.table for sample in samples], ignore_index=True)[::step].reset_index(drop=True),
        np.concatenate([sample.outcome for sample in samples])[::step],
    )
