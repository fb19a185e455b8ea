"""The models of how often customers buy, behind one face; which of them is used is ``choosing``'s."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np

from pipelines.analytics.value import bg_nbd, mbg_nbd, pareto_nbd
from pipelines.analytics.value.fitting import Fit, Floats, Histories, LogLikelihood, maximise

# of so many groups and more, a fit to coarse ones shows where to search
_MANY_GROUPS = 20_000
_COARSE_WEEKS = 4.0
_FARTHEST_WEEKS = 520.0
# points at which a discounted sum over time is taken
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


class PurchaseModel(Protocol):
    """A module of this package; see there for the meaning of its parameters."""

    NAME: str

    def likelihood(self, histories: Histories) -> LogLikelihood:
        """Return log-likelihood and gradient as a function of the parameters."""

    def log_likelihoods(self, parameters: Floats, histories: Histories) -> Floats:
        """Return the log-likelihood of each group's history, for one customer of it."""

    def start(self, histories: Histories) -> dict[str, float]:
        """Return a first guess, by name."""

    def alive(self, parameters: Floats, histories: Histories) -> Floats:
        """Return the probability that a customer of each group has not left."""

    def expected_purchases(self, parameters: Floats, histories: Histories, weeks: float) -> Floats:
        """Return the purchases expected of a customer of each group within ``weeks``."""

    def draw_purchases(
        self, parameters: Floats, histories: Histories, alive: Floats, weeks: float, rng: np.random.Generator
    ) -> tuple[Floats, Floats]:
        """Return purchases drawn for the next ``weeks`` and the weeks they spread over."""


MODELS: dict[str, PurchaseModel] = {module.NAME: module for module in (bg_nbd, mbg_nbd, pareto_nbd)}
# those whose probability of being alive says something of who bought once
ALIVE_MODELS = (mbg_nbd.NAME, pareto_nbd.NAME)


def fit(model: PurchaseModel, histories: Histories) -> Fit:
    """Return the maximum likelihood fit of ``model`` to grouped histories.

    It counts as not converged when there are no histories, and when what it expects of ten years is not a number: the
    special functions give up on customers who are all alike, whose parameters have no limit.
    """
    if not len(histories):
        return Fit(model.start(histories), 0.0, False)
    rough, told_by = None, histories
    if len(histories) >= _MANY_GROUPS:
        told_by = histories.coarse(_COARSE_WEEKS)
        rough = maximise(model.likelihood(told_by), model.start(told_by), told_by.customers)
    found = maximise(model.likelihood(histories), model.start(histories), histories.customers, rough)
    with np.errstate(all="ignore"):
        ahead = model.expected_purchases(found.vector, told_by, _FARTHEST_WEEKS)
    return found if np.isfinite(ahead).all() else replace(found, converged=False)


def no_purchase(model: PurchaseModel, parameters: Floats, histories: Histories, weeks: float) -> Floats:
    """Return the exact probability that a customer of each group does not buy within ``weeks``.

    It is the likelihood of the same history, looked at ``weeks`` later, over its likelihood now.
    """
    later = Histories(histories.frequency, histories.recency, histories.age + weeks, histories.weight)
    change = model.log_likelihoods(parameters, later) - model.log_likelihoods(parameters, histories)
    return np.exp(np.minimum(change, 0.0))


def discounted_purchases(
    model: PurchaseModel, parameters: Floats, histories: Histories, weeks: float, weekly_rate: float
) -> Floats:
    """Return the purchases expected within ``weeks``, each discounted continuously at ``weekly_rate`` to today."""
    # integral of exp(-rate t) dE(t), by parts
    times = (_NODES + 1) / 2 * weeks
    total = np.exp(-weekly_rate * weeks) * model.expected_purchases(parameters, histories, weeks)
    for time, weight in zip(times, _WEIGHTS * weeks / 2, strict=True):
        factor = weekly_rate * weight * np.exp(-weekly_rate * time)
        total = total + factor * model.expected_purchases(parameters, histories, float(time))
    return np.asarray(total)
