"""Probabilities: the stored model is scikit-learn's, measures are what they are by hand, reasons are exact."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from pipelines.analytics.scoring import boosting, calibration, logistic
from pipelines.analytics.scoring.blend import Blend
from pipelines.analytics.scoring.calibration import probability, shift
from pipelines.analytics.scoring.classifier import Classifier, Given
from pipelines.analytics.scoring.drivers import add_drivers
from pipelines.analytics.scoring.encoding import Encoding, encoding_of
from pipelines.analytics.scoring.measures import calibration_error, gains, measure, precision_recall
from pipelines.analytics.scoring.training import Sample, thin, train


def made(rows: int, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    """Return features of which two matter, and outcomes; every ninth `size` is unknown."""
    rng = np.random.default_rng(seed)
    size = rng.normal(0, 1, rows)
    place = np.where(rng.random(rows) < 0.3, "north", "south").astype(object)
    log_odds = 1.5 * size - (place == "north") - 0.5
    outcome = (rng.random(rows) < probability(log_odds)).astype(float)
    size[::9] = np.nan
    return pd.DataFrame({"size": size, "noise": rng.normal(0, 1, rows), "place": place}), outcome


@pytest.fixture(scope="module")
def trained() -> tuple[Classifier, pd.DataFrame, np.ndarray]:
    table, outcome = made(1_500)
    encoding = encoding_of(table)
    return Classifier(encoding, boosting.fit(encoding.matrix(table), outcome)), table, outcome


def test_the_stored_trees_say_what_scikit_learn_says(trained: tuple[Classifier, pd.DataFrame, np.ndarray]) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    classifier, table, outcome = trained
    matrix = classifier.encoding.matrix(table)
    theirs = HistGradientBoostingClassifier(**boosting._SETTINGS).fit(matrix, outcome)
    kept = Classifier.from_json(json.loads(json.dumps(classifier.to_json())))
    unseen, _ = made(400, seed=2)
    expected = theirs.predict_proba(kept.encoding.matrix(unseen))[:, 1]
    assert np.abs(kept.probability(unseen) - expected).max() < 1e-12


def test_the_baseline_says_what_scikit_learn_says_and_outlives_its_storage() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    table, outcome = made(500)
    table = table.assign(size=table["size"].abs().fillna(1.0), noise=table["noise"].abs())
    encoding = encoding_of(table)
    matrix = encoding.matrix(table)
    ours = Classifier(encoding, logistic.fit(matrix, outcome))
    standard = StandardScaler().fit_transform(np.log1p(matrix))
    expected = LogisticRegression(max_iter=2000).fit(standard, outcome).predict_proba(standard)[:, 1]
    kept = Classifier.from_json(json.loads(json.dumps(ours.to_json())))
    assert np.abs(kept.probability(table) - expected).max() < 1e-9


def test_an_encoding_takes_frequent_words_and_medians() -> None:
    table = pd.DataFrame({"number": [1.0, 5.0, np.nan, 9.0] * 10, "word": (["b"] * 3 + ["a"]) * 10}, dtype=object)
    table["number"] = table["number"].astype(float)
    table["unknown"], table["rare"] = np.nan, [str(at) for at in range(40)]
    table["rare"] = table["rare"].astype(object)
    encoding = encoding_of(table)
    # ten rows with "a" are too few for a column, and what nobody knows is none
    assert encoding == Encoding({"number": (), "word": ("b",)}, (5.0, 1.0))


@pytest.mark.parametrize("kind", ["boosting", "logistic", "blend", "given"])
def test_a_contribution_is_the_change_when_a_theme_is_typical(kind: str) -> None:
    table, outcome = made(600)
    table["rate"] = np.linspace(0.01, 0.99, len(table))
    encoding = encoding_of(table)
    matrix = encoding.matrix(table)
    learner = {
        "boosting": lambda: boosting.fit(matrix, outcome),
        "logistic": lambda: logistic.fit(matrix, outcome),
        "blend": lambda: Blend(boosting.fit(matrix, outcome), logistic.fit(matrix, outcome)),
        "given": lambda: Given(encoding.columns["rate"].start),
    }[kind]()
    classifier = Classifier(encoding, learner)
    found = classifier.contributions(table, {"both": ("size", "place"), "rate": ("rate",)})
    for at, changed in enumerate(
        (
            table.assign(size=np.nanmedian(table["size"]), place="south"),
            table.assign(rate=table["rate"].median()),
        )
    ):
        expected = classifier.log_odds(table) - classifier.log_odds(changed)
        assert np.abs(found[:, at] - expected).max() < 1e-9


def test_calibration_error_lift_and_deciles_are_those_of_a_hand_calculation() -> None:
    outcome = np.array([0.0, 1.0, 1.0, 1.0])
    said = np.array([0.05, 0.05, 0.95, 0.96])
    # two rows say .05 where half happens, two say .955 where all does
    assert calibration_error(outcome, said) == pytest.approx((2 * 0.45 + 0.05 + 0.04) / 4)
    found = measure(outcome, said)
    assert found.auc == pytest.approx((0.5 + 1 + 1) / 3)
    assert found.brier == pytest.approx((0.05**2 + 0.95**2 + 0.05**2 + 0.04**2) / 4)
    assert found.lift == pytest.approx(1 / 0.75)
    assert gains(outcome, said)[1][50] == pytest.approx(2 / 3)
    assert precision_recall(outcome, said)[1][-1] == pytest.approx(3 / 4)


def test_probabilities_that_are_off_are_mended_on_later_rows_and_good_ones_left_alone() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(0, 1.5, 6_000)
    outcome = (rng.random(6_000) < probability(truth)).astype(float)
    boastful = 3 * truth + 1
    for rows, kind in ((6_000, "isotonic"), (1_000, "sigmoid")):
        mended = calibration.fit(boastful[:rows], outcome[:rows])
        assert mended.kind == kind
        assert calibration_error(outcome, probability(boastful)) > 0.1
        assert calibration_error(outcome, mended.probability(boastful)) < 0.03
        assert (np.diff(mended.probability(np.sort(boastful))) >= 0).all()


def test_the_candidate_with_the_smallest_brier_score_is_chosen() -> None:
    samples = []
    for seed in (1, 2, 3):
        table, outcome = made(1_000, seed)
        rng = np.random.default_rng(seed)
        # what only somebody with a view of the outcome could say
        samples.append(Sample(table.assign(oracle=np.clip(outcome + rng.normal(0, 0.1, 1_000), 0.02, 0.98)), outcome))
    chosen = train(*samples, {"oracle": "oracle"})
    assert set(chosen.measures) == {"oracle", "logistic", "boosting", "blend"}
    assert min(chosen.measures.values(), key=lambda each: each.brier) == chosen.measures[chosen.name]
    assert chosen.measures[chosen.name].auc > 0.99


def test_too_few_examples_are_told() -> None:
    table, _ = made(300)
    few = np.zeros(300)
    few[:7] = 1
    assert thin(Sample(table, few), Sample(table, few)) == (
        "7 of 50 examples of the rarer outcome in the training window"
    )


def test_a_shift_meets_what_happened_in_total_where_there_is_enough_of_it() -> None:
    rng = np.random.default_rng(4)
    log_odds = rng.normal(-1, 1, 5_000)
    outcome = (rng.random(5_000) < probability(log_odds + 0.8)).astype(float)
    assert shift(log_odds, outcome) == pytest.approx(0.8, abs=0.1)
    # two rows say next to nothing
    assert abs(shift(log_odds[:2], np.ones(2))) < 0.5
    assert shift(log_odds[:0], outcome[:0]) == 0.0


def test_the_strongest_themes_are_told_first_and_weak_ones_not_at_all() -> None:
    contributions = np.array([[0.2, -0.9, 0.04], [0.0, 0.0, 0.3]])
    told = add_drivers(pd.DataFrame({"id": ["a", "b"]}), contributions, ["x", "y", "z"])
    assert told.loc[0, ["driver_1", "driver_2", "driver_3"]].tolist() == ["y", "x", None]
    assert told.loc[0, ["driver_1_raises", "driver_2_raises"]].tolist() == [False, True]
    assert told.loc[1, ["driver_1", "driver_2"]].tolist() == ["z", None]
