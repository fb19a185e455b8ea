"""Which model of how often customers buy is used: fitted to all of the past, and tried on the last part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from pipelines.analytics.value import average
from pipelines.analytics.value.assumptions import FEWEST_REPEATERS, WEEK_DAYS
from pipelines.analytics.value.fitting import Fit, Floats, Histories
from pipelines.analytics.value.observing import Observed
from pipelines.analytics.value.purchase_models import ALIVE_MODELS, MODELS, fit
from pipelines.analytics.value.spending import Spending, fit_spending

_PARAMETERS = 4


@dataclass(frozen=True)
class BackTest:
    """What a model fitted to the past before ``cut`` said of the days up to ``end``, customer by customer.

    Attributes:
        chi_square: of purchases over ten groups of customers, by what was expected of them.
    """

    cut: date
    end: date
    observed: Observed
    fit: Fit
    expected: Floats
    spending: Spending

    @property
    def weeks(self) -> float:
        """The length of the holdout."""
        return (self.end - self.cut).days / WEEK_DAYS

    @property
    def tenths(self) -> tuple[Floats, Floats]:
        """Expected and actual purchases of ten groups of customers, those with the least expectations first."""
        parts = np.array_split(np.argsort(self.expected, kind="stable"), 10)
        return (
            np.array([self.expected[part].sum() for part in parts]),
            np.array([self.observed.later_purchases[part].sum() for part in parts]),
        )

    @property
    def chi_square(self) -> float:
        """How far the ten groups are from what was expected, in units of chance."""
        expected, actual = self.tenths
        return float(((actual - expected) ** 2 / np.maximum(expected, 1.0)).sum())


@dataclass(frozen=True)
class Candidate:
    """A model fitted to one population; ``back_test`` is None where the past is too short or too thin for one."""

    model: str
    fit: Fit
    back_test: BackTest | None


@dataclass(frozen=True)
class Population:
    """Customers who are taken to be of one kind, and the models that speak of them.

    Attributes:
        name: a customer type, or ``all``.
        chosen: the model in use, or ``average``.
        reason: why, in words.
        alive_model: the model that says who is still a customer; None where none can.
    """

    name: str
    observed: Observed
    candidates: Mapping[str, Candidate]
    chosen: str
    reason: str
    alive_model: str | None
    spending: Spending

    @property
    def fit(self) -> Fit:
        """The fit in use."""
        if self.chosen == average.NAME:
            return average.fit(self.observed.histories)
        return self.candidates[self.chosen].fit

    @property
    def log_likelihood(self) -> float:
        """Of the most likely model; -inf where none converged."""
        values = [one.fit.log_likelihood for one in self.candidates.values() if one.fit.converged]
        return max(values, default=-np.inf)


def populations(now: Observed, past: Observed | None, cut: date | None, end: date) -> list[Population]:
    """Return the populations of all customers: one per customer type where that describes them better, else one.

    Args:
        now: all customers, as they are.
        past: as they were at ``cut``, with what followed up to ``end``; None where there is no back-test.
    """
    together = _population("all", now, past, cut, end)
    types = sorted(set(now.customer_type.tolist()))
    if len(types) < 2 or any(_repeaters(now, name) < FEWEST_REPEATERS for name in types):
        return [together]
    apart = []
    for name in types:
        then = past.part(past.customer_type == name) if past is not None else None
        apart.append(_population(name, now.part(now.customer_type == name), then, cut, end))
    # the criterion of Akaike: each population's parameters must earn their keep
    gain = sum(one.log_likelihood for one in apart) - together.log_likelihood
    return apart if gain > _PARAMETERS * (len(types) - 1) else [together]


def _repeaters(observed: Observed, customer_type: str) -> int:
    return int((observed.frequency[observed.customer_type == customer_type] > 0).sum())


def _population(name: str, now: Observed, past: Observed | None, cut: date | None, end: date) -> Population:
    histories = now.histories.grouped()[0]
    candidates: dict[str, Candidate] = {}
    if histories.repeaters >= FEWEST_REPEATERS:
        before = _Before(past, cut, end) if past is not None and cut is not None else None
        for model in MODELS:
            candidates[model] = Candidate(model, fit(MODELS[model], histories), before.test(model) if before else None)
    chosen, reason = _choose(candidates, histories)
    speaking = [candidates[one] for one in ALIVE_MODELS if one in candidates and candidates[one].fit.converged]
    alive = max(speaking, key=lambda one: one.fit.log_likelihood, default=None)
    alive_model = chosen if chosen in ALIVE_MODELS else alive.model if alive else None
    return Population(name, now, candidates, chosen, reason, alive_model, fit_spending(now))


class _Before:
    """The past before the cut, on which every model is tried."""

    def __init__(self, past: Observed, cut: date, end: date) -> None:
        self._past, self._cut, self._end = past, cut, end
        self._histories, self._place = past.histories.grouped()
        self._spending = fit_spending(past)

    def test(self, model: str) -> BackTest | None:
        """Return the back-test of ``model``, None where the past is too thin to fit it."""
        if self._histories.repeaters < FEWEST_REPEATERS:
            return None
        found = fit(MODELS[model], self._histories)
        if not found.converged:
            return None
        weeks = (self._end - self._cut).days / WEEK_DAYS
        expected = MODELS[model].expected_purchases(found.vector, self._histories, weeks)[self._place]
        return BackTest(self._cut, self._end, self._past, found, expected, self._spending)


def _choose(candidates: Mapping[str, Candidate], histories: Histories) -> tuple[str, str]:
    """Return the model to use and why: that with the least doubt."""
    if not candidates:
        return average.NAME, f"customers who have bought again: {histories.repeaters:.0f}"
    converged = [one for one in candidates.values() if one.fit.converged]
    if not converged:
        return average.NAME, "no model converged"
    tested = [one for one in converged if one.back_test is not None]
    ranked = sorted(tested or converged, key=_doubt)
    best, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    words = f"log-likelihood {best.fit.log_likelihood:.1f}"
    if best.back_test is None:
        words = f"most likely: {words}; the past is too short or too thin for a back-test"
    else:
        words = f"likelihood and back-test together: {words}, chi-square {best.back_test.chi_square:.1f}"
    return best.model, f"{words}; ahead of {second.model} by {_doubt(second) - _doubt(best):.1f}" if second else words


def _doubt(candidate: Candidate) -> float:
    """Return twice the log-likelihood missing, and the back-test's chi-square: two measures in the same unit.

    The likelihood tells how well a model describes everybody; the back-test tells whether those of whom little is
    expected do what it says, which the likelihood hardly sees.
    """
    test = candidate.back_test
    return -2 * candidate.fit.log_likelihood + (test.chi_square if test else 0.0)
