"""Gradient-boosted small trees: fitted by scikit-learn, kept as numbers, evaluated by numpy.

A pickle would tie a stored model to one release of a library and could run anything; node arrays do neither.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pipelines.analytics.scoring.encoding import Floats

# small trees that see a part of the columns at each node: better calibrated, and no worse in rank, than the library's
# own defaults
_SETTINGS = {
    "learning_rate": 0.05,
    "max_depth": 3,
    "max_iter": 200,
    "max_features": 0.3,
    "early_stopping": False,
    "random_state": 0,
}
_ARRAYS = ("column", "threshold", "unknown_goes_left", "left", "right", "value")


@dataclass(frozen=True)
class Boosting:
    """The nodes of all trees one after another; `roots` are the positions of the trees' first nodes.

    Attributes:
        start: log-odds before any tree.
        column: matrix column that a node asks for, -1 for a leaf.
        threshold: rows with at most this much go left.
        left, right: positions of the children; value: log-odds that a leaf adds.
    """

    start: float
    roots: tuple[int, ...]
    column: tuple[int, ...]
    threshold: tuple[float, ...]
    unknown_goes_left: tuple[bool, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]

    def log_odds(self, matrix: Floats) -> Floats:
        """Return the log-odds of each row of ``matrix``."""
        total = np.full(len(matrix), self.start)
        for root in self.roots:
            total += self._below(root, matrix, {})
        return total

    def change(self, matrix: Floats, replaced: dict[int, float]) -> Floats:
        """Return by how much the log-odds of each row are above those with the columns ``replaced`` by constants."""
        total = np.zeros(len(matrix))
        for root, used in zip(self.roots, self._used, strict=True):
            if used & replaced.keys():
                total += self._below(root, matrix, {}) - self._below(root, matrix, replaced)
        return total

    @cached_property
    def _used(self) -> tuple[Collection[int] | Any, ...]:
        """Return the columns that each tree asks for."""
        ends = (*self.roots[1:], len(self.column))
        return tuple(
            frozenset(c for c in self.column[root:end] if c >= 0) for root, end in zip(self.roots, ends, strict=True)
        )

    def _below(self, node: int, matrix: Floats, replaced: dict[int, float]) -> Any:
        """Return what the tree below ``node`` adds to each row: an array, or one number for all of them."""
        column = self.column[node]
        if column < 0:
            return self.value[node]
        if column in replaced:
            stays = replaced[column] <= self.threshold[node]
            return self._below(self.left[node] if stays else self.right[node], matrix, replaced)
        goes_left = matrix[:, column] <= self.threshold[node]
        if self.unknown_goes_left[node]:
            goes_left |= np.isnan(matrix[:, column])
        return np.where(
            goes_left,
            self._below(self.left[node], matrix, replaced),
            self._below(self.right[node], matrix, replaced),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads."""
        return {"start": self.start, "roots": list(self.roots)} | {name: list(getattr(self, name)) for name in _ARRAYS}

    @staticmethod
    def from_json(kept: dict[str, Any]) -> Boosting:
        """Return the model that ``to_json`` told."""
        return Boosting(kept["start"], tuple(kept["roots"]), **{name: tuple(kept[name]) for name in _ARRAYS})


def fit(matrix: Floats, outcome: Floats) -> Boosting:
    """Fit to rows whose outcome is 0 or 1, both of which occur. Deterministic."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    # scikit-learn refuses a column of which nothing is known; a constant one it never asks for
    matrix = np.where(np.isnan(matrix).all(axis=0), 0.0, matrix)
    # one thread: sums do not depend on the machine, and threads that wait for each other on a busy one cost minutes
    with threadpool_limits(limits=1):
        return of_sklearn(HistGradientBoostingClassifier(**_SETTINGS).fit(matrix, outcome))


def of_sklearn(model: Any) -> Boosting:
    """Return the nodes of a fitted HistGradientBoostingClassifier of two classes and numeric columns."""
    arrays: dict[str, list[Any]] = {name: [] for name in _ARRAYS}
    roots = []
    for (predictor,) in model._predictors:
        nodes, base = predictor.nodes, len(arrays["column"])
        roots.append(base)
        leaf = nodes["is_leaf"].astype(bool)
        arrays["column"] += np.where(leaf, -1, nodes["feature_idx"].astype(int)).tolist()
        # a threshold may be infinite (only the unknown go right), which JSON does not know
        arrays["threshold"] += np.clip(nodes["num_threshold"], -1e300, 1e300).tolist()
        arrays["unknown_goes_left"] += nodes["missing_go_to_left"].astype(bool).tolist()
        arrays["left"] += np.where(leaf, 0, nodes["left"].astype(int) + base).tolist()
        arrays["right"] += np.where(leaf, 0, nodes["right"].astype(int) + base).tolist()
        arrays["value"] += np.where(leaf, nodes["value"], 0.0).tolist()
    start = float(np.ravel(model._baseline_prediction)[0])
    return Boosting(start, tuple(roots), **{name: tuple(values) for name, values in arrays.items()})
