"""Maximum likelihood for the value models: grouped counts, the search in log space, and how sure its result is.

The likelihoods themselves are in the modules of the models; what is done with parameters is ``predicting``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# parameters -> log-likelihood and its gradient by the parameters (not by their logarithms)
LogLikelihood = Callable[[Floats], tuple[float, Floats]]

# beyond these a parameter says "none of this", and the likelihood no longer changes
_LOWEST, _HIGHEST = -9.0, 14.0
# parameter vectors proposed to draw from, and how far in logarithms they may stray where the likelihood is flat
_PROPOSALS, _WIDEST = 160, 1.5


@dataclass(frozen=True)
class Histories:
    """Purchase histories, one element a group of customers whose histories are equal. Time is in weeks.

    Attributes:
        frequency: days with a purchase after the first such day (x).
        recency: from the first purchase to the last (t_x).
        age: from the first purchase to the end of observation (T).
        weight: customers in the group.
    """

    frequency: Floats
    recency: Floats
    age: Floats
    weight: Floats

    @classmethod
    def of(cls, frequency: object, recency: object, age: object, weight: object | None = None) -> Histories:
        """Return histories of array-likes of one length; each counts once where no weight is given."""
        x = np.asarray(frequency, dtype=np.float64)
        w = np.ones(len(x)) if weight is None else np.asarray(weight, dtype=np.float64)
        return cls(x, np.asarray(recency, dtype=np.float64), np.asarray(age, dtype=np.float64), w)

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def customers(self) -> float:
        """Customers in all groups."""
        return float(self.weight.sum())

    @property
    def repeaters(self) -> float:
        """Customers who bought again."""
        return float(self.weight[self.frequency > 0].sum())

    def grouped(self) -> tuple[Histories, NDArray[np.int64]]:
        """Return one group per distinct history, in their order, and the place of each element among them."""
        order = np.lexsort((self.age, self.recency, self.frequency))
        table = (self.frequency[order], self.recency[order], self.age[order])
        new = np.ones(len(order), dtype=bool)
        new[1:] = np.logical_or.reduce([np.diff(column) != 0 for column in table])
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.cumsum(new) - 1
        weight = np.asarray(np.bincount(place, self.weight, minlength=int(new.sum())), dtype=np.float64)
        return Histories(table[0][new], table[1][new], table[2][new], weight), place

    def coarse(self, weeks: float) -> Histories:
        """Return the histories as if somebody had looked every ``weeks`` only, grouped: far fewer of them."""
        age = np.maximum(np.round(self.age / weeks), 1.0) * weeks
        recency = np.minimum(np.maximum(np.round(self.recency / weeks), self.frequency > 0) * weeks, age)
        return Histories(self.frequency, recency, age, self.weight).grouped()[0]

    def part(self, chosen: slice | NDArray[np.bool_]) -> Histories:
        """Return some of the groups."""
        return Histories(self.frequency[chosen], self.recency[chosen], self.age[chosen], self.weight[chosen])


@dataclass(frozen=True)
class Fit:
    """What a search found.

    Attributes:
        parameters: by name, in the order of the model.
        log_likelihood: at the parameters.
        converged: whether the search ended at a maximum.
        covariance: of the logarithms of the parameters; None where the likelihood is flat around the maximum.
    """

    parameters: Mapping[str, float]
    log_likelihood: float
    converged: bool
    covariance: Floats | None = None

    @property
    def vector(self) -> Floats:
        """The parameters in their order."""
        return np.array(list(self.parameters.values()))


def plausible(likelihood: LogLikelihood, fit: Fit, rng: np.random.Generator, count: int) -> Floats:
    """Return ``count`` parameter vectors as probable as the data leaves them, flat priors in logarithms.

    They are proposed by a normal distribution around the maximum and drawn again by how likely each is, so that
    directions in which the likelihood is not a parabola are right too. The maximum, ``count`` times, where its
    surroundings are flat.
    """
    if fit.covariance is None:
        return np.tile(fit.vector, (count, 1))
    centre = np.log(fit.vector)
    spread, turn = np.linalg.eigh(fit.covariance)
    widths = np.minimum(np.sqrt(spread), _WIDEST)
    steps = rng.standard_normal((_PROPOSALS, len(centre)))
    proposals = np.exp(np.clip(centre + steps * widths @ turn.T, _LOWEST, _HIGHEST))
    heights = np.array([likelihood(one)[0] for one in proposals]) + (steps**2).sum(axis=1) / 2
    weights = np.exp(heights - np.nanmax(heights))
    weights[~np.isfinite(weights)] = 0.0
    # one lottery with evenly spaced tickets: the least noise
    tickets = (rng.random() + np.arange(count)) / count * weights.sum()
    return np.asarray(proposals[np.searchsorted(np.cumsum(weights), tickets).clip(max=_PROPOSALS - 1)])


def maximise(likelihood: LogLikelihood, start: Mapping[str, float], scale: float, rough: Fit | None = None) -> Fit:
    """Return the parameters at which ``likelihood`` is greatest, searched by L-BFGS-B in logarithms.

    Args:
        likelihood: value and gradient at a parameter vector.
        start: first guess, by name.
        scale: what the likelihood is divided by while it is searched: the number of customers.
        rough: a fit to nearly the same data, where the search starts; how the likelihood bends there is told from its
            covariance, so that few steps are left.
    """
    from scipy.optimize import minimize

    known = rough is not None and rough.covariance is not None
    origin = np.log(rough.vector if rough else np.array(list(start.values())))
    # one step is as far in every direction as the data can tell parameters apart
    turn = (
        np.linalg.cholesky(rough.covariance * scale) if rough and rough.covariance is not None else np.eye(len(origin))
    )

    def downhill(steps: Floats) -> tuple[float, Floats]:
        parameters = np.exp(np.clip(origin + turn @ steps, _LOWEST, _HIGHEST))
        value, gradient = likelihood(parameters)
        if not np.isfinite(value):
            return 1e10, np.zeros_like(steps)
        return -value / scale, -turn.T @ (gradient * parameters) / scale

    bounds = None if known else list(zip(_LOWEST - origin, _HIGHEST - origin, strict=True))
    options = {"maxiter": 300, "ftol": 1e-13, "gtol": 1e-6 if known else 1e-7}
    found = minimize(downhill, np.zeros_like(origin), jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    logs = np.clip(origin + turn @ found.x, _LOWEST, _HIGHEST)
    slope = -np.linalg.solve(turn.T, found.jac)
    inside = (logs > _LOWEST) & (logs < _HIGHEST)
    return Fit(
        parameters=dict(zip(start, np.exp(logs).tolist(), strict=True)),
        log_likelihood=-float(found.fun) * scale,
        converged=bool(np.isfinite(found.fun) and found.fun < 1e9 and (np.abs(slope[inside]) < 1e-4).all()),
        covariance=rough.covariance if rough and known else _covariance(likelihood, logs),
    )


def _covariance(likelihood: LogLikelihood, logs: Floats) -> Floats | None:
    """Return the inverse of the observed information in logarithms; None where it is not positive definite."""
    step, size = 1e-4, len(logs)

    def slope(at: Floats) -> Floats:
        return likelihood(np.exp(at))[1] * np.exp(at)

    moves = np.eye(size) * step
    information = -np.array([(slope(logs + move) - slope(logs - move)) / (2 * step) for move in moves])
    information = (information + information.T) / 2
    if not np.isfinite(information).all() or (np.linalg.eigvalsh(information) <= 0).any():
        return None
    return np.asarray(np.linalg.inv(information))
