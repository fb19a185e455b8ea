"""Survival of contracts: Kaplan-Meier by hand, Cox as lifelines has it, and what lies beyond what was seen."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from pipelines.analytics.churning.survival import Survival, kaplan_meier, proportional_hazards


def test_survival_by_age_is_the_product_limit_of_a_hand_calculation() -> None:
    age, ended = np.array([10.0, 20.0, 20.0, 30.0, 40.0]), np.array([1.0, 1.0, 0.0, 1.0, 0.0])
    model = Survival.from_json(json.loads(json.dumps(kaplan_meier(age, ended).to_json())))
    left = np.exp(-model.cumulative(np.array([0.0, 9.0, 10.0, 20.0, 29.0, 30.0])))
    assert left == pytest.approx([1, 1, 4 / 5, 4 / 5 * 3 / 4, 3 / 5, 3 / 5 / 2])
    # of those alive at 10, the rest of the product
    table = pd.DataFrame({"any": [0.0]})
    assert model.ending(table, np.array([10.0]), 20) == pytest.approx([1 - (3 / 4) * (1 / 2)])
    # beyond the last end it goes on as over the second half before it
    assert 0 < model.ending(table, np.array([100.0]), 10)[0] < 1


def test_conditional_risk_is_that_of_lifelines() -> None:
    from lifelines import CoxPHFitter

    rng = np.random.default_rng(5)
    table = pd.DataFrame({"size": rng.normal(0, 1, 400), "kind": np.where(rng.random(400) < 0.5, "a", "b")})
    table["kind"] = table["kind"].astype(object)
    life = rng.exponential(300 * np.exp(-0.7 * table["size"] + 0.5 * (table["kind"] == "a")))
    age, ended = np.minimum(life, 500).round() + 1, (life < 500).astype(float)
    ours = proportional_hazards(table, age, ended)
    frame = pd.DataFrame(
        {"size": table["size"], "a": table["kind"] == "a", "b": table["kind"] == "b", "age": age, "ended": ended}
    ).astype(float)
    theirs = CoxPHFitter(penalizer=0.01).fit(frame, "age", "ended")
    survival = theirs.predict_survival_function(frame.iloc[:50], times=[100.0, 190.0])
    expected = 1 - survival.iloc[1] / survival.iloc[0]
    found = Survival.from_json(json.loads(json.dumps(ours.to_json()))).ending(table.iloc[:50], np.full(50, 100.0), 90)
    assert np.abs(found - expected.to_numpy()).max() < 1e-6
