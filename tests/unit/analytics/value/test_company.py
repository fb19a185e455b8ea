"""Predictions hold for companies that do not live by the models: `make bench` measures fifty of them."""

from __future__ import annotations

import pytest

from tests.benchmarks.value.company import outcome

pytestmark = pytest.mark.slow


def test_customers_buy_as_expected_and_ranges_hold_what_came() -> None:
    found = outcome(range(1, 5), 2_000, with_promotions=False)
    # some four thousand purchases of customers of very different rates: 3 % are one standard error
    assert found.total == pytest.approx(1, abs=0.1)
    assert found.tenths[-3:] == pytest.approx([1, 1, 1], abs=0.2)
    assert 0.75 <= found.covered_where_open <= 0.85
    assert 0.75 <= found.covered.mean() <= 0.85
    assert 0.68 <= found.within.mean() <= 0.92
