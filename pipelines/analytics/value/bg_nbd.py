"""BG/NBD: customers may leave after each repeat purchase (Fader, Hardie and Lee 2005, Marketing Science 24).

Its probability of being alive is 1 for everybody who bought once, so it is never shown as a risk.
"""

from __future__ import annotations

import numpy as np

from pipelines.analytics.value import beta_geometric
from pipelines.analytics.value.beta_geometric import start
from pipelines.analytics.value.fitting import Floats, Histories

__all__ = ["NAME", "alive", "draw_purchases", "expected_purchases", "likelihood", "log_likelihoods", "start"]

NAME = "bg_nbd"


def likelihood(histories: Histories) -> beta_geometric.Likelihood:
    """Return log-likelihood and gradient as a function of r, alpha, a, b."""
    return beta_geometric.Likelihood(histories, 0)


def log_likelihoods(parameters: Floats, histories: Histories) -> Floats:
    """Return the log-likelihood of each group's history, for one customer of it."""
    return beta_geometric.log_likelihoods(parameters, histories, 0)


def alive(parameters: Floats, histories: Histories) -> Floats:
    """Return the probability that a customer of each group has not left; 1 for who bought once."""
    return beta_geometric.alive(parameters, histories, 0)


def expected_purchases(parameters: Floats, histories: Histories, weeks: float) -> Floats:
    """Return the purchases expected of a customer of each group within ``weeks``."""
    return beta_geometric.expected_purchases(parameters, histories, 0, weeks)


def draw_purchases(
    parameters: Floats, histories: Histories, alive: Floats, weeks: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return purchases drawn for the next ``weeks`` and the weeks they spread over."""
    return beta_geometric.draw_purchases(parameters, histories, 0, alive, weeks, rng)
