"""What is left of a lead's probability when it has waited: Bayes, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipelines.analytics.leads.waiting import waiting_of


def test_who_has_waited_longer_than_most_is_less_likely_to_convert() -> None:
    # of four that convert in time after day 14, one each on days 20, 30, 40, 50; 40 that do not within 60, two late
    took = [20.0, 30.0, 40.0, 50.0, *[np.nan] * 38, 100.0, 110.0]
    leads = pd.DataFrame({"took_days": took, "watched_days": [500.0] * len(took)})
    waiting = waiting_of(leads, 14, 60)
    left = waiting.left(np.full(5, 0.2), np.array([5.0, 14.0, 30.0, 55.0, 70.0]))
    # at 30 half of those that will convert have: 0.2 * 0.5 against 0.8 + 0.1
    assert left == pytest.approx([0.2, 0.2, 0.1 / 0.9, 0.0, 2 / (40 + 20)])
