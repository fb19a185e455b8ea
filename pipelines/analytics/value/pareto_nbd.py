"""Pareto/NBD: customers buy at a rate of their own and leave at any time, at a rate of their own (both gamma).

Schmittlein, Morrison and Colombo 1987; the likelihood as in Fader and Hardie's note 009, the discounted purchases as
in Fader, Hardie and Lee 2005 (RFM and CLV). Parameters: r, alpha of purchases, s, beta of leaving. Time is in weeks.

The integral over the unknown moment of leaving, in the literature a difference of two hypergeometric functions, is
summed at fixed points here: no difference of nearly equal numbers, and an exact gradient.
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln, hyperu

from pipelines.analytics.value.fitting import Floats, Histories

NAME = "pareto_nbd"
_BLOCK = 4_096
_POINTS = 16
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(_POINTS)


def likelihood(histories: Histories) -> Likelihood:
    """Return log-likelihood and gradient as a function of r, alpha, s, beta."""
    return Likelihood(histories)


class Likelihood:
    """Log-likelihood and gradient of grouped histories."""

    def __init__(self, histories: Histories) -> None:
        self._histories = histories
        self._distinct, place = np.unique(histories.frequency, return_inverse=True)
        self._distinct_weight = np.bincount(place, histories.weight, minlength=len(self._distinct))

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the log-likelihood of all customers and its gradient by r, alpha, s, beta."""
        r, alpha, s, beta = parameters
        x, w = self._distinct, self._distinct_weight
        value = float(w @ (gammaln(r + x) - gammaln(r))) + w.sum() * (r * np.log(alpha) + s * np.log(beta))
        gradient = np.array(
            [
                w @ (digamma(r + x) - digamma(r)) + w.sum() * np.log(alpha),
                w.sum() * r / alpha,
                w.sum() * np.log(beta),
                w.sum() * s / beta,
            ]
        )
        for start in range(0, len(self._histories), _BLOCK):
            part = self._histories.part(slice(start, start + _BLOCK))
            log_total, slopes = _log_moment_of_leaving(parameters, part)
            value += float(part.weight @ log_total)
            gradient += slopes @ part.weight
        return float(value), gradient


def _log_moment_of_leaving(parameters: Floats, histories: Histories) -> tuple[Floats, Floats]:
    """Return ln of (still here, or left at any moment since the last purchase) per group, and its gradient, 4 x n."""
    r, alpha, s, beta = parameters
    x = histories.frequency
    log_age, log_stay = np.log(alpha + histories.age), np.log(beta + histories.age)
    here = -(r + x) * log_age - s * log_stay
    log_density, log_purchase, log_leave = _densities(parameters, histories)
    top = np.maximum(here, log_density.max(axis=1))
    stay = np.exp(here - top)
    density = np.exp(log_density - top[:, None])
    total = stay + density.sum(axis=1)
    gradient = np.empty((4, len(x)))
    shape = r + x
    gradient[0] = -stay * log_age - (density * log_purchase).sum(axis=1)
    gradient[1] = -shape * (stay / (alpha + histories.age) + (density * np.exp(-log_purchase)).sum(axis=1))
    gradient[2] = -stay * log_stay + (density * (1 / s - log_leave)).sum(axis=1)
    gradient[3] = -s * stay / (beta + histories.age) - (s + 1) * (density * np.exp(-log_leave)).sum(axis=1)
    return top + np.log(total), gradient / total


def _densities(parameters: Floats, histories: Histories) -> tuple[Floats, Floats, Floats]:
    """Return, n x points, ln of the weighted density of leaving, ln(alpha + moment) and ln(beta + moment).

    The points are even in the cube root of ((alpha + t_x) / (alpha + moment)) ** (r + s + x), over which the density is
    nearly flat however many purchases there were.
    """
    r, alpha, s, beta = parameters
    k = (r + s + histories.frequency)[:, None]
    seen, ended = (alpha + histories.recency)[:, None], (alpha + histories.age)[:, None]
    lowest = np.exp(-k / 3 * np.log(ended / seen))
    half = (1 - lowest) / 2
    log_root = np.log(lowest + half * (_NODES + 1))
    log_purchase = np.log(seen) - 3 * log_root / k
    log_leave = np.log(np.exp(log_purchase) + (beta - alpha))
    with np.errstate(divide="ignore"):
        log_weight = np.log(half * _WEIGHTS * 3 * s / k)
    log_density = log_weight + 2 * log_root - k * np.log(seen) + (s + 1) * (log_purchase - log_leave)
    return log_density, log_purchase, log_leave


def start(histories: Histories) -> dict[str, float]:
    """Return a first guess: as that of the beta-geometric models, leaving half as fast again as the window is long."""
    weight = histories.weight
    rate = float(weight @ histories.frequency + 1) / max(float(weight @ histories.age), 1e-9)
    span = max(float(weight @ histories.age / max(weight.sum(), 1)), 1.0)
    return {"r": 0.6, "alpha": 0.6 / rate, "s": 0.6, "beta": 0.5 * span}


def log_likelihoods(parameters: Floats, histories: Histories) -> Floats:
    """Return the log-likelihood of each group's history, for one customer of it."""
    r, alpha, s, beta = parameters
    fixed = gammaln(r + histories.frequency) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return np.asarray(fixed + _log_totals(parameters, histories))


def alive(parameters: Floats, histories: Histories) -> Floats:
    """Return the probability that a customer of each group has not left."""
    r, alpha, s, beta = parameters
    here = -(r + histories.frequency) * np.log(alpha + histories.age) - s * np.log(beta + histories.age)
    return np.minimum(np.exp(here - _log_totals(parameters, histories)), 1.0)


def expected_purchases(parameters: Floats, histories: Histories, weeks: float) -> Floats:
    """Return the purchases expected of a customer of each group within ``weeks`` after the end of observation."""
    r, alpha, s, beta = parameters
    # (1 - q ** (s - 1)) / (s - 1), which is -ln q at s = 1
    log_q = np.log1p(-weeks / (beta + histories.age + weeks))
    spread = -log_q if abs(s - 1) < 1e-9 else -np.expm1((s - 1) * log_q) / (s - 1)
    rate = (r + histories.frequency) / (alpha + histories.age)
    return np.asarray(alive(parameters, histories) * rate * (beta + histories.age) * spread)


def discounted_purchases(parameters: Floats, histories: Histories, weekly_rate: float) -> Floats:
    """Return the purchases expected for ever, discounted continuously at ``weekly_rate`` (DERT)."""
    r, alpha, s, beta = parameters
    stays = weekly_rate * (beta + histories.age)
    rate = (r + histories.frequency) / (alpha + histories.age)
    # weekly_rate ** (s - 1) (beta + T) ** s U(s, s, z) = (beta + T) z ** (s - 1) U(s, s, z)
    ahead = (beta + histories.age) * stays ** (s - 1) * hyperu(s, s, stays)
    return np.asarray(alive(parameters, histories) * rate * ahead)


def draw_purchases(
    parameters: Floats, histories: Histories, alive: Floats, weeks: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return, for one customer of each group, purchases drawn for the next ``weeks`` and the weeks they spread over.

    ``alive`` is what ``alive`` returns for the same groups.
    """
    r, alpha, s, beta = parameters
    count, span = np.zeros(len(histories)), np.full(len(histories), weeks)
    here = np.flatnonzero(rng.random(len(histories)) < alive)
    rate = rng.standard_gamma(r + histories.frequency[here]) / (alpha + histories.age[here])
    hazard = rng.standard_gamma(s, len(here)) / (beta + histories.age[here])
    span[here] = np.minimum(weeks, rng.standard_exponential(len(here)) / np.maximum(hazard, 1e-300))
    count[here] = rng.poisson(rate * span[here])
    return count, span


def _log_totals(parameters: Floats, histories: Histories) -> Floats:
    """Return the first result of ``_log_moment_of_leaving`` alone, block by block."""
    r, alpha, s, beta = parameters
    totals = np.empty(len(histories))
    for begin in range(0, len(histories), _BLOCK):
        part = histories.part(slice(begin, begin + _BLOCK))
        here = -(r + part.frequency) * np.log(alpha + part.age) - s * np.log(beta + part.age)
        density = _densities(parameters, part)[0]
        top = np.maximum(here, density.max(axis=1))
        total = np.exp(here - top) + np.exp(density - top[:, None]).sum(axis=1)
        totals[begin : begin + _BLOCK] = top + np.log(total)
    return totals
