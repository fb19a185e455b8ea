"""Gamma-Gamma: what a customer spends per purchase, apart from how often.

Fader, Hardie and Lee 2005 (RFM and CLV); Fader and Hardie's note 025. Parameters are p, q, v (gamma in the paper).
Amounts are positive and of one currency; a customer's purchases are those after the first.
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln

from pipelines.analytics.value.fitting import Fit, Floats, maximise


class Likelihood:
    """Log-likelihood and gradient of customers' mean amounts (> 0) over their repeat purchases (>= 1)."""

    def __init__(self, purchases: Floats, mean: Floats) -> None:
        self._x, self._m = np.asarray(purchases, dtype=np.float64), np.asarray(mean, dtype=np.float64)
        self._log_m, self._log_x = np.log(self._m), np.log(self._x)
        self._distinct, self._place = np.unique(self._x, return_inverse=True)

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the log-likelihood of all customers and its gradient by p, q, v."""
        p, q, v = parameters
        x, m = self._x, self._m
        shape = (gammaln(p * self._distinct + q) - gammaln(p * self._distinct))[self._place]
        log_scale = np.log(v + m * x)
        value = shape - gammaln(q) + q * np.log(v) + (p * x - 1) * self._log_m + p * x * self._log_x
        value -= (p * x + q) * log_scale
        both, own = digamma(p * self._distinct + q), digamma(p * self._distinct)
        by_p = x * ((both - own)[self._place] + self._log_m + self._log_x - log_scale)
        by_q = both[self._place] - digamma(q) + np.log(v) - log_scale
        by_v = q / v - (p * x + q) / (v + m * x)
        return float(value.sum()), np.array([by_p.sum(), by_q.sum(), by_v.sum()])


def fit(purchases: Floats, mean: Floats) -> Fit:
    """Return the maximum likelihood fit; amounts are measured in their own mean while it is searched."""
    unit = float(np.average(mean, weights=purchases))
    found = maximise(Likelihood(purchases, mean / unit), {"p": 4.0, "q": 4.0, "v": 3.0}, len(mean))
    parameters = {**found.parameters, "v": found.parameters["v"] * unit}
    # a density of m is one of m / unit, divided by unit
    value = found.log_likelihood - len(mean) * float(np.log(unit))
    return Fit(parameters, value, found.converged, found.covariance)


def expected_amount(parameters: Floats, purchases: Floats, mean: Floats) -> Floats:
    """Return the amount expected per purchase: the customer's mean, drawn to the population's the fewer there were.

    ``mean`` is not read where ``purchases`` is 0. NaN where the population's mean does not exist (q <= 1).
    """
    p, q, v = parameters
    x = np.asarray(purchases, dtype=np.float64)
    spent = np.where(x > 0, x * np.nan_to_num(mean), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = p * (v + spent) / (p * x + q - 1)
    return np.where(p * x + q > 1, expected, np.nan)


def draw_amounts(
    parameters: Floats, purchases: Floats, mean: Floats, future: Floats, rng: np.random.Generator
) -> Floats:
    """Return the amount of ``future`` further purchases of each customer, drawn given what they spent so far."""
    p, q, v = parameters
    spent = np.where(purchases > 0, purchases * np.nan_to_num(mean), 0.0)
    amount = np.zeros(len(spent))
    buys = np.flatnonzero(future > 0)
    scale = rng.standard_gamma(p * purchases[buys] + q) / (v + spent[buys])
    amount[buys] = rng.standard_gamma(p * future[buys]) / np.maximum(scale, 1e-300)
    return amount
