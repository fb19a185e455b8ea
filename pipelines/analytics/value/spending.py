"""What purchases are worth: Gamma-Gamma where it can be fitted, else the population's average amount."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipelines.analytics.value import gamma_gamma
from pipelines.analytics.value.assumptions import FEWEST_REPEATERS, LARGEST_CORRELATION
from pipelines.analytics.value.fitting import Fit, Floats, plausible
from pipelines.analytics.value.observing import Observed

# with so large a q all customers are alike: Gamma-Gamma is then the average
_ALIKE = 1e6


@dataclass(frozen=True)
class Spending:
    """What a population spends per purchase.

    Attributes:
        model: ``gamma_gamma`` or ``average``.
        fit: of p, q, v; None where no amount is known at all.
        reason: why it is this model, in words.
        correlation: of how often and how much customers buy; NaN where it cannot be told.
    """

    model: str
    fit: Fit | None
    reason: str
    correlation: float = float("nan")

    def expected(self, observed: Observed) -> Floats:
        """Return the amount expected per purchase of each customer; NaN where no amount is known at all."""
        if self.fit is None:
            return np.full(len(observed), np.nan)
        return gamma_gamma.expected_amount(self.fit.vector, observed.valued, observed.amount)

    def drawn(self, observed: Observed, rng: np.random.Generator, count: int) -> Floats | None:
        """Return ``count`` plausible vectors of p, q, v with a finite mean; None where no amount is known at all."""
        if self.fit is None:
            return None
        if self.model != "gamma_gamma":
            return np.tile(self.fit.vector, (count, 1))
        known = observed.valued > 0
        unit = self.fit.parameters["v"]  # the fit's covariance is that of logarithms: no unit is in it
        likelihood = gamma_gamma.Likelihood(observed.valued[known], observed.amount[known] / unit)
        found = plausible(likelihood, replace(self.fit, parameters={**self.fit.parameters, "v": 1.0}), rng, count)
        return np.maximum(found, [0.0, 1.01, 0.0]) * [1.0, 1.0, unit]


def fit_spending(observed: Observed) -> Spending:
    """Return what a population spends, as far as it can be told."""
    known = observed.valued > 0
    purchases, amount = observed.valued[known], observed.amount[known]
    if not (observed.paid > 0).any():
        return Spending("average", None, "no amount is known")
    if known.sum() < FEWEST_REPEATERS:
        return Spending(
            "average", _average(observed), f"customers with a repeat purchase of known amount: {known.sum()}"
        )
    found = gamma_gamma.fit(purchases, amount)
    if not found.converged or found.parameters["q"] <= 1:
        return Spending("average", _average(observed), "Gamma-Gamma did not converge to a finite mean")
    spread = purchases.std() > 0 and amount.std() > 0
    correlation = float(np.corrcoef(purchases, amount)[0, 1]) if spread else float("nan")
    reason = "converged"
    if abs(correlation) > LARGEST_CORRELATION:
        reason = f"converged, but amount and frequency correlate by {correlation:.2f}: values are less sure"
    return Spending("gamma_gamma", found, reason, correlation)


def _average(observed: Observed) -> Fit:
    """Return Gamma-Gamma's parameters for customers who are all alike, from all their purchases."""
    known = observed.paid > 0
    purchases, amount = observed.paid[known], observed.paid_amount[known]
    mean = float(np.average(amount, weights=purchases))
    spread = float(np.average((amount - mean) ** 2, weights=purchases))
    p = min(max(mean**2 / spread, 0.1), 100.0) if spread > 0 else 100.0
    return Fit({"p": p, "q": _ALIKE, "v": mean * (_ALIKE - 1) / p}, float("nan"), True)
