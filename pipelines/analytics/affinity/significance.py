"""Whether two items are together more, or less, often than chance: a test per pair, and a correction for many pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
_SMALL = 5.0  # expected baskets below which chi-squared is not to be trusted (Cochran)


def judge_pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    """Add test_name, p_value and adjusted_p_value to the pairs of ``pairs.count_pairs``.

    The test is chi-squared with one degree of freedom, Fisher's exact test where the table expects fewer than five
    baskets in a cell. The correction is that of Benjamini and Hochberg (1995) over every possible pair of items: one
    that was never bought together counts as a test that found nothing, so that having been seen is no advantage.
    """
    both, one, other, total = (
        pairs[name].to_numpy(np.float64) for name in ("pair_count", "item_count", "companion_count", "basket_count")
    )
    rows, columns = np.array([one, total - one]), np.array([other, total - other])
    least = np.min([row * column for row in rows for column in columns], axis=0) / np.maximum(total, 1)
    is_small = least < _SMALL
    p_value = np.where(is_small, 1.0, chi_squared(both, one, other, total))
    p_value[is_small] = fisher(both[is_small], one[is_small], other[is_small], total[is_small])
    items = int(pairs["distinct_item_count"].iloc[0]) if len(pairs) else 0
    is_first = (pairs["item"] < pairs["companion"]).to_numpy()
    found = benjamini_hochberg(p_value[is_first], items * (items - 1) // 2)
    adjusted = pairs.loc[is_first, ["item", "companion"]].assign(adjusted_p_value=found)
    one_way = pairs[["item", "companion"]].copy()
    one_way.loc[~is_first] = pairs.loc[~is_first, ["companion", "item"]].to_numpy()
    return pairs.assign(
        test_name=np.where(is_small, "fisher", "chi_squared"),
        p_value=p_value,
        adjusted_p_value=one_way.merge(adjusted, how="left")["adjusted_p_value"].to_numpy(),
    )


def chi_squared(both: Floats, one: Floats, other: Floats, total: Floats) -> Floats:
    """Return Pearson's p value of each two by two table, given by the count of both, its margins and the total.

    A table with an empty row or column says nothing: its p value is 1.
    """
    from scipy.stats import chi2

    spread = one * (total - one) * other * (total - other)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = total * (both * total - one * other) ** 2 / spread
    return np.where(spread > 0, chi2.sf(np.where(spread > 0, statistic, 0.0), 1), 1.0)


def fisher(both: Floats, one: Floats, other: Floats, total: Floats) -> Floats:
    """Return Fisher's p value of each table, twice that of the smaller tail, at most 1."""
    from scipy.special import gammaln

    def log_choose(n: Floats, k: Floats) -> Floats:
        return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))

    here = np.exp(log_choose(one, both) + log_choose(total - one, other - both) - log_choose(total, other))
    upper, term, k = here.copy(), here.copy(), both.copy()
    # the ratio of two neighbours of the hypergeometric distribution; terms die out fast above the few expected
    while len(term) and (term > upper * 1e-17).any():
        term = term * (one - k) * (other - k) / ((k + 1) * (total - one - other + k + 1))
        upper, k = upper + term, k + 1
    lower = np.maximum(1.0 - upper, 0.0) + here
    return np.minimum(1.0, 2 * np.minimum(upper, lower))


def benjamini_hochberg(p_values: Floats, tests: int) -> Floats:
    """Return adjusted p values: the share of false finds, were the limit set just there, among ``tests`` tests."""
    order = np.argsort(p_values, kind="stable")
    scaled = p_values[order] * tests / np.arange(1, len(p_values) + 1)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum.accumulate(scaled[::-1])[::-1] if len(scaled) else scaled
    return np.minimum(adjusted, 1.0)
