"""A model is trained anew when it is a month old, and the last good one stays when the new one is not as good."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.analytics.runs import MemoryModels, StoredModel
from pipelines.analytics.scoring.keeping import TooThin, current

FIRST, LATER = date(2026, 1, 1), date(2026, 1, 31)


def model(as_of: date, brier: float | None) -> StoredModel:
    return StoredModel(as_of, {"brier": brier}, {})


def judged(stored: StoredModel) -> float | None:
    brier: float | None = stored.payload["brier"]
    return brier


@pytest.mark.parametrize(
    ("as_of", "old", "new", "used"),
    [
        (date(2026, 1, 30), 0.20, 0.10, 0.20),  # 29 days old
        (LATER, 0.20, 0.204, 0.204),  # a month old, and the new one worse by 2 % at most
        (LATER, 0.20, 0.2041, 0.20),
        (FIRST, None, 0.30, 0.30),  # cannot be used any more
        (date(2025, 12, 31), 0.20, 0.30, 0.30),  # knows what came after the day of the run
    ],
)
def test_which_model_is_used(as_of: date, old: float | None, new: float, used: float) -> None:
    models = MemoryModels({"m": model(FIRST, old)})
    kept = current(models, "m", as_of, lambda: model(as_of, new), judged)
    assert kept.model is not None and kept.model.payload["brier"] == used
    stored = models.load("m")
    assert stored is not None and stored.payload["brier"] == used


def test_training_that_fails_leaves_the_last_model_and_says_why() -> None:
    def fails() -> StoredModel:
        raise ValueError("does not converge")

    models = MemoryModels({"m": model(FIRST, 0.2)})
    kept = current(models, "m", LATER, fails, judged)
    assert kept.model is models.load("m")
    assert kept.decision == "no new model (ValueError: does not converge): the model of 2026-01-01 stays"


def test_thin_data_without_any_model_is_told() -> None:
    def thin() -> StoredModel:
        raise TooThin("3 of 50 examples")

    kept = current(MemoryModels(), "m", LATER, thin, judged)
    assert (kept.model, kept.decision) == (None, "no new model (3 of 50 examples): there is none")
