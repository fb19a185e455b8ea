"""Shifted-beta-geometric (sBG): how long contracts last, when each renewal is a chance to leave.

Fader and Hardie 2007 (Journal of Interactive Marketing 21). Parameters are alpha and beta of the chance to leave;
a period is one renewal, a month here.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, digamma

from pipelines.analytics.value.fitting import Floats

START = {"alpha": 1.0, "beta": 10.0}


class Likelihood:
    """Log-likelihood and gradient of counts of contracts by length.

    Args:
        ended: element t - 1 counts contracts that ended in their period t.
        running: element t counts contracts that still run after t completed periods.
    """

    def __init__(self, ended: Floats, running: Floats) -> None:
        self._ended, self._running = np.asarray(ended, dtype=np.float64), np.asarray(running, dtype=np.float64)
        self._periods: Floats = np.arange(1.0, len(ended) + 1)
        self._completed: Floats = np.arange(0.0, len(running))

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the log-likelihood of all contracts and its gradient by alpha, beta."""
        alpha, beta = parameters
        t, n = self._periods, self._completed
        value = float(self._ended @ (betaln(alpha + 1, beta + t - 1) - betaln(alpha, beta)))
        value += float(self._running @ log_survival(parameters, n))
        total = digamma(alpha + beta)
        by_alpha = self._ended @ (digamma(alpha + 1) - digamma(alpha + beta + t) - digamma(alpha) + total)
        by_alpha += self._running @ (total - digamma(alpha + beta + n))
        by_beta = self._ended @ (digamma(beta + t - 1) - digamma(alpha + beta + t) - digamma(beta) + total)
        by_beta += self._running @ (digamma(beta + n) - digamma(alpha + beta + n) - digamma(beta) + total)
        return value, np.array([by_alpha, by_beta])


def log_survival(parameters: Floats, periods: Floats) -> Floats:
    """Return ln of the probability that a contract outlives each number of periods."""
    alpha, beta = parameters
    return np.asarray(betaln(alpha, beta + np.asarray(periods, dtype=np.float64)) - betaln(alpha, beta))


def expected_periods(parameters: Floats, completed: Floats, horizon: int, rate: float = 0.0) -> Floats:
    """Return the further periods expected of contracts that have completed some, discounted, up to ``horizon`` periods.

    Args:
        parameters: alpha, beta.
        completed: periods each contract has lasted so far.
        horizon: periods looked ahead.
        rate: discount per period.
    """
    age = np.asarray(completed, dtype=np.float64)[:, None]
    ahead = np.arange(1, horizon + 1, dtype=np.float64)
    alive = np.exp(log_survival(parameters, age + ahead) - log_survival(parameters, age))
    return np.asarray((alive * (1.0 + rate) ** -ahead).sum(axis=1))
