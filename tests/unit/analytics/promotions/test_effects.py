"""The estimators against scipy, and against simple tables worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.analytics.promotions.effects import Sample, difference, matched_difference, total
from pipelines.analytics.promotions.measuring import CONTROL, NONE, by_control, randomization_p


def drawn(seed: int, size: int, mean: float) -> list[float]:
    return [float(value) for value in np.random.default_rng(seed).poisson(mean, size)]


def test_the_interval_is_welchs_with_one_buyer_and_one_other_added_to_each_group() -> None:
    from scipy.stats import ttest_ind

    treated, control = drawn(1, 120, 0.3), drawn(2, 40, 0.1)
    found = difference(Sample.of(treated), Sample.of(control))
    assert found is not None
    expected = ttest_ind([*treated, 0, 1], [*control, 0, 1], equal_var=False).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-12)
    assert found.value == pytest.approx(np.mean(treated) - np.mean(control))


def test_an_effect_is_never_certain_because_a_few_held_out_bought_nothing() -> None:
    # 12 of 130 treated ordered, none of 31 held out: a base of one in ten makes that nothing special
    found = difference(Sample(130, 12, 12), Sample(31, 0, 0))
    assert found is not None
    assert found.low < 0 < found.value < found.high


def test_groups_weigh_by_their_treated_customers() -> None:
    # in the first group the treated are 2 above, in the second 5; 3 of 4 treated are in the second
    cells = [
        (Sample.of([3.0]), Sample.of([0.0, 2.0])),
        (Sample.of([6.0, 5.0, 7.0]), Sample.of([1.0, 0.0, 2.0])),
        (Sample.of([100.0]), Sample()),  # nobody like them
    ]
    found = matched_difference(cells)
    assert found is not None
    assert found.value == pytest.approx(2 / 4 + 5 * 3 / 4)
    # variances 1 (pooled, of one customer) and 1 of the treated, 2 and 1 of the others
    variance = (1 / 16) * (1 / 1 + 2 / 2) + (9 / 16) * (1 / 3 + 1 / 3)
    assert found.error == pytest.approx(variance**0.5)


def test_nothing_is_said_where_there_is_nobody_to_compare() -> None:
    assert difference(Sample.of([1.0]), Sample()) is None
    assert matched_difference([]) is None
    assert matched_difference([(Sample.of([1.0]), Sample.of([0.0]))]) is None
    assert total([]) is None


def test_campaigns_sum_by_their_treated_customers_and_errors_as_squares() -> None:
    one, other = difference(Sample(100, 30, 30), Sample(50, 5, 5)), difference(Sample(300, 30, 30), Sample(50, 5, 5))
    assert one is not None and other is not None
    found = total([(one, 100), (other, 300)])
    assert found is not None
    assert found.value == pytest.approx(0.25 * 0.2)
    assert found.error == pytest.approx(np.hypot(one.error / 4, other.error * 3 / 4))
    reach = 1.959964 * found.error
    assert (found.low, found.high) == pytest.approx((found.value - reach, found.value + reach), rel=1e-6)


def test_a_list_cut_by_chance_passes_and_one_cut_by_merit_does_not() -> None:
    from scipy.stats import chi2_contingency

    expected = chi2_contingency([[80, 60, 60], [20, 15, 15]], correction=False).pvalue
    assert randomization_p([80, 60, 60], [20, 15, 15]) == pytest.approx(expected)
    cut = randomization_p([20, 60, 120], [80, 15, 5])
    assert cut is not None and cut < 0.001
    assert randomization_p([3, 0, 0], [2, 0, 0]) is None
    assert randomization_p([100, 0, 0], [50, 0, 0]) is None


@pytest.mark.parametrize(
    ("treated", "control", "words"),
    [
        (Sample(19, 9, 9), Sample(100, 9, 9), "needs 20"),
        (Sample(100, 9, 9), Sample(19, 9, 9), "needs 20"),
        (Sample(30, 2, 2), Sample(30, 2, 2), "4 orders on both sides; 5 are needed"),
    ],
)
def test_thin_data_is_not_measurable_and_says_why(treated: Sample, control: Sample, words: str) -> None:
    found = by_control({"orders": {"treated": treated, "control": control}})
    assert found.method == NONE
    assert words in found.reason
    assert not found.effects


def test_effects_after_the_window_wait_for_it_to_pass() -> None:
    arms = {"treated": Sample(50, 10, 10), "control": Sample(50, 5, 5)}
    early = {"treated": Sample(19, 1, 1), "control": Sample(19, 1, 1)}
    found = by_control({"orders": arms, "revenue": arms, "margin": arms, "after_orders": early, "alone_orders": arms})
    assert found.method == CONTROL
    assert found.effects["after_orders"] is None
    assert found.effects["alone_orders"] == found.effects["orders"]
