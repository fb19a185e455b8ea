"""What BG/NBD and MBG/NBD share. Both are the same expressions in the chances to leave that a customer let pass:

x with BG/NBD (after each repeat purchase), x + 1 with MBG/NBD (after the first purchase as well).

Fader, Hardie and Lee 2005 (Marketing Science 24); Batislam, Denizel and Filiztekin 2007; Hoppe and Wagner 2007.
Parameters are r, alpha (purchase rate: gamma) and a, b (leaving after a purchase: beta). Time is in weeks.
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln, hyp2f1

from pipelines.analytics.value.fitting import Floats, Histories

# groups worked on at a time: their arrays stay in the processor's cache
_BLOCK = 16_384


class Likelihood:
    """Log-likelihood and gradient of grouped histories; what depends on x alone is worked out once per distinct x.

    Args:
        histories: the groups.
        first_counts: 0 with BG/NBD, 1 with MBG/NBD.
    """

    def __init__(self, histories: Histories, first_counts: int) -> None:
        self._histories = histories
        self._first = first_counts
        distinct, self._place = np.unique(histories.frequency, return_inverse=True)
        self._distinct: Floats = distinct
        self._distinct_weight = np.bincount(self._place, histories.weight, minlength=len(distinct))

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the log-likelihood of all customers and its gradient by r, alpha, a, b."""
        r, alpha, a, b = parameters
        x, w = self._distinct, self._distinct_weight
        k = x + self._first
        value = w @ (gammaln(r + x) - gammaln(r) + r * np.log(alpha))
        value += w @ (gammaln(a + b) - gammaln(b) + gammaln(b + k) - gammaln(a + b + k))
        beyond = digamma(a + b) - digamma(a + b + k)
        gradient = np.array(
            [
                w @ (digamma(r + x) - digamma(r) + np.log(alpha)),
                w.sum() * r / alpha,
                w @ beyond,
                w @ (beyond + digamma(b + k) - digamma(b)),
            ]
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.where(k > 0, np.log(a) - np.log(b + k - 1), -np.inf)
        by_left: Floats = np.zeros(len(x))  # weight of having left, by distinct x
        for start in range(0, len(self._place), _BLOCK):
            block = slice(start, start + _BLOCK)
            value += self._block(block, r, alpha, left, gradient, by_left)
        leavers = k > 0
        gradient[2] += by_left.sum() / a
        gradient[3] -= (by_left[leavers] / (b + k[leavers] - 1)).sum()
        return float(value), gradient

    def _block(self, block: slice, r: float, alpha: float, left: Floats, gradient: Floats, by_left: Floats) -> float:
        """Add a block's share to the gradient and to ``by_left``, and return its share of the log-likelihood."""
        h, place = self._histories, self._place[block]
        weight, shape = h.weight[block], h.frequency[block] + r
        ended, seen = alpha + h.age[block], alpha + h.recency[block]
        log_ended, log_seen = np.log(ended), np.log(seen)
        stays = shape * log_ended
        # ln of the odds of having left right after the last purchase
        odds = left[place] + stays - shape * log_seen
        value = weight @ (np.logaddexp(0.0, odds) - stays)
        gone = weight / (1.0 + np.exp(-np.clip(odds, -700, 700)))
        here = weight - gone
        gradient[0] -= here @ log_ended + gone @ log_seen
        gradient[1] -= here @ (shape / ended) + gone @ (shape / seen)
        by_left += np.bincount(place, gone, minlength=len(by_left))
        return float(value)


def start(histories: Histories) -> dict[str, float]:
    """Return a first guess: half the repeat purchases come from a gamma of shape 1/2, one in four leaves early."""
    weight = histories.weight
    rate = float(weight @ histories.frequency + 1) / max(float(weight @ histories.age), 1e-9)
    return {"r": 0.5, "alpha": 0.5 / rate, "a": 0.8, "b": 2.5}


def log_likelihoods(parameters: Floats, histories: Histories, first_counts: int) -> Floats:
    """Return the log-likelihood of each group's history, for one customer of it."""
    r, alpha, a, b = parameters
    x = histories.frequency
    k = x + first_counts
    odds = _log_odds_left(parameters, histories, first_counts)
    fixed = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    fixed += gammaln(a + b) - gammaln(b) + gammaln(b + k) - gammaln(a + b + k)
    return np.asarray(fixed - (r + x) * np.log(alpha + histories.age) + np.logaddexp(0.0, odds))


def alive(parameters: Floats, histories: Histories, first_counts: int) -> Floats:
    """Return the probability that a customer of each group has not left."""
    return np.asarray(1.0 / (1.0 + np.exp(np.clip(_log_odds_left(parameters, histories, first_counts), -700, 700))))


def expected_purchases(parameters: Floats, histories: Histories, first_counts: int, weeks: float) -> Floats:
    """Return the purchases expected of a customer of each group within ``weeks`` after the end of observation."""
    r, alpha, a, b = parameters
    if abs(a - 1.0) < 1e-6:  # 0/0 at a = 1, smooth around it
        a = 1.0 + 1e-6
    x, age = histories.frequency, histories.age
    k = x + first_counts
    reach = weeks / (alpha + age + weeks)
    bends = hyp2f1(r + x, b + k, a + b + k - 1, reach)
    untouched = np.exp((r + x) * np.log1p(-reach))
    expected = (a + b + k - 1) / (a - 1) * (1 - untouched * bends)
    return np.maximum(expected * alive(np.array([r, alpha, a, b]), histories, first_counts), 0.0)


def draw_purchases(
    parameters: Floats, histories: Histories, first_counts: int, alive: Floats, weeks: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return, for one customer of each group, purchases drawn for the next ``weeks`` and the weeks they spread over.

    ``alive`` is what ``alive`` returns for the same groups.
    """
    r, alpha, a, b = parameters
    count, span = np.zeros(len(histories)), np.full(len(histories), weeks)
    here = np.flatnonzero(rng.random(len(histories)) < alive)
    x = histories.frequency[here]
    rate = rng.standard_gamma(r + x) / (alpha + histories.age[here])
    leaving = np.clip(rng.beta(a, b + x + first_counts), 1e-12, 1.0)
    wanted = rng.poisson(rate * weeks)
    # the purchase after which the customer leaves
    count[here] = np.minimum(wanted, rng.geometric(leaving).astype(np.float64))
    span[here] = weeks * np.minimum(1.0, (count[here] + 1) / (wanted + 1))
    return count, span


def _log_odds_left(parameters: Floats, histories: Histories, first_counts: int) -> Floats:
    """Return ln of the odds that a customer of each group has left; -inf where there was no chance to."""
    r, alpha, a, b = parameters
    k = histories.frequency + first_counts
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(k > 0, np.log(a) - np.log(np.maximum(b + k - 1, 1e-300)), -np.inf)
    waited = np.log1p((histories.age - histories.recency) / (alpha + histories.recency))
    return np.asarray(ratio + (r + histories.frequency) * waited)
