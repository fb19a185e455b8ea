"""How good the matching is by its own account: expected precision and recall, and the threshold that follows from them.

Nothing here knows a label; measuring against stewards' decisions is in ``pipelines.stewardship.labels``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from pipelines.analytics.matching.features import Store
from pipelines.analytics.matching.model import Model

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99)
# the beta of F-beta: a wrong merge is worse than a missed one
_BETA = 0.5


@dataclass(frozen=True)
class Expected:
    """What linking from a threshold on is expected to give.

    Attributes:
        threshold: the probability from which pairs are links.
        precision, recall: of the joined pairs, the share that is true; of the true pairs, the share that is joined.
    """

    threshold: float
    precision: float
    recall: float

    @property
    def score(self) -> float:
        """The F-measure that weighs a wrong merge more than a missed one."""
        weighed = _BETA**2 * self.precision + self.recall
        return (1 + _BETA**2) * self.precision * self.recall / max(weighed, 1e-9)


def curve(connection: duckdb.DuckDBPyConnection, pairs: str) -> list[Expected]:
    """Return what each threshold is expected to give, by the probabilities of relation ``pairs(l, r, probability)``.

    Empty when there are no pairs. Guards are left out of account.
    """
    found = connection.execute(f"select l, r, probability from {pairs}").fetchnumpy()
    left, right = np.asarray(found["l"], dtype=np.int64), np.asarray(found["r"], dtype=np.int64)
    probability = np.asarray(found["probability"], dtype=np.float64)
    if not len(left):
        return []
    # numbers without gaps: most records are in no pair
    numbers, packed = np.unique(np.concatenate([left, right]), return_inverse=True)
    left, right = packed[: len(left)], packed[len(left) :]
    found_at = []
    for threshold in _THRESHOLDS:
        linked = probability >= threshold
        found_at.append(_expected(len(numbers), left[linked], right[linked], probability[linked]))
    all_true = max(float(probability.sum()), *(true for _, true in found_at))
    return [
        Expected(threshold, true / joined if joined else 1.0, true / all_true)
        for threshold, (joined, true) in zip(_THRESHOLDS, found_at, strict=True)
    ]


def best_threshold(expected: Sequence[Expected]) -> float:
    """Return the probability from which pairs are best linked, by what is expected of it."""
    return max(expected, key=lambda each: each.score, default=Expected(_THRESHOLDS[0], 1, 1)).threshold


def _expected(size: int, left: Ints, right: Ints, probability: Floats) -> tuple[float, float]:
    """Return how many pairs linking joins, and how many of them are expected to be true.

    A pair that is joined through others is as likely as the surest chain of links: the group's spanning tree.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

    # a length of exactly nothing would be no link at all
    length = -np.log(probability) + 1e-12
    tree = minimum_spanning_tree(coo_matrix((length, (left, right)), shape=(size, size)).tocsr()).tocoo()
    labels = connected_components(tree, directed=False)[1]
    sizes = np.bincount(labels)
    pairs = sizes * (sizes - 1) / 2
    whole = pairs * np.exp(-np.bincount(labels[tree.row], tree.data, len(sizes)))
    direct = np.bincount(labels[left], probability, len(sizes))
    return float(pairs.sum()), float(np.maximum(whole, direct).sum())


def measure(connection: duckdb.DuckDBPyConnection, kinds: Sequence[tuple[Store, Model]]) -> None:
    """Write table `matching.quality(customer_type, measure, value)`."""
    connection.execute(
        "create or replace table matching.quality (customer_type varchar, measure varchar, value double)"
    )
    for store, model in kinds:
        connection.execute(
            f"""
            insert into matching.quality
            with pairs as (
                select p.probability, g.component is not null and g.component = h.component as is_joined
                from {store.pairs} as p
                left join {store.groups} as g on p.l = g.id
                left join {store.groups} as h on p.r = h.id
            ),
            totals as (
                select
                    coalesce(sum(probability) filter (is_joined), 0) as expected_true,
                    coalesce(sum(probability), 0) as expected_all
                from pairs
            ),
            joined as (
                select coalesce(sum(n * (n - 1) / 2), 0)::double as pair_count, coalesce(sum(n - 1), 0) as merged_count
                from (select count(*) as n from {store.groups} group by component)
            )
            select '{store.kind.customer_type}', unnest(['records', 'groups', 'joined_pairs', 'expected_precision',
                       'expected_recall', 'refused_links', 'threshold', 'match_rate']),
                   unnest([(select count(*) from {store.records}),
                       (select count(*) from {store.records}) - merged_count,
                       pair_count, least(1, expected_true / nullif(pair_count, 0)),
                       expected_true / nullif(expected_all, 0),
                       (select count(*) from {store.cuts}), {model.threshold!r}, {model.match_rate!r}]::double[])
            from totals, joined
            """
        )


def read(connection: duckdb.DuckDBPyConnection, customer_type: str) -> dict[str, float | None]:
    """Return measure -> value of one kind of customer; None where there was nothing to measure."""
    rows = connection.execute(
        "select measure, value from matching.quality where customer_type = ? order by measure", [customer_type]
    ).fetchall()
    return dict(rows)


def decided_pairs(connection: duckdb.DuckDBPyConnection, stores: Sequence[Store]) -> dict[tuple[str, str], float]:
    """Return what the model alone says of the pairs in temp table `decisions`; 0 of a pair that it found too unlikely.

    Pairs of which a record is not there are left out.
    """
    found: dict[tuple[str, str], float] = {}
    for store in stores:
        rows = connection.execute(
            f"""
            select decisions.record_key, decisions.other_record_key, coalesce(max(pairs.probability), 0)
            from decisions
            join {store.records} as a on decisions.record_key = a.record_key
            join {store.records} as b on decisions.other_record_key = b.record_key
            left join {store.pairs} as pairs on pairs.l = least(a.id, b.id) and pairs.r = greatest(a.id, b.id)
            group by all
            """
        ).fetchall()
        found |= {(min(first, second), max(first, second)): probability for first, second, probability in rows}
    return found
