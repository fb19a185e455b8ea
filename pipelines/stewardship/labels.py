"""What stewards decided about pairs, held against what the matcher alone would have said of them.

The measure speaks of the pairs that stewards saw. They see the uncertain ones, so it is stricter than the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from pipelines.analytics.record_keys import key_of

Pair = tuple[str, str]


@dataclass(frozen=True)
class Label:
    """A pair of records, the smaller key first, and whether a steward called them one customer."""

    pair: Pair
    customer_type: str
    is_one: bool


@dataclass(frozen=True)
class Measured:
    """How the matcher does on labelled pairs.

    Attributes:
        found, missed: pairs of one customer that it links, and does not.
        wrong, avoided: pairs of two customers that it links, and does not.
        unscored: labelled pairs of which it is not known what the matcher says.
    """

    found: int = 0
    missed: int = 0
    wrong: int = 0
    avoided: int = 0
    unscored: int = 0

    @property
    def precision(self) -> float | None:
        """The share (0-1) of its links that are right; None when not measured."""
        return self.found / (self.found + self.wrong) if self.found + self.wrong else None

    @property
    def recall(self) -> float | None:
        """The share (0-1) of the pairs of one customer that it links; None when not measured."""
        return self.found / (self.found + self.missed) if self.found + self.missed else None

    @property
    def words(self) -> str:
        """The measure as a sentence."""
        if self.precision is None and self.recall is None:
            return "not measured: no decided pair has been scored"
        known = self.found + self.missed + self.wrong + self.avoided
        return f"precision {_shown(self.precision)}, recall {_shown(self.recall)} on {known} decided pairs" + (
            f" ({self.unscored} more were not scored)" if self.unscored else ""
        )


def _shown(share: float | None) -> str:
    return "not measured" if share is None else f"{share:.3f}"


def labels(connection: duckdb.DuckDBPyConnection) -> list[Label]:
    """Return the pairs that stewards decided and that are both there; the lake is attached as ``lake``."""
    found = connection.execute(
        f"""
        select distinct decisions.record_key, decisions.other_record_key, assignments.customer_type, decisions.kind
        from lake.identity.decisions as decisions
        join lake.identity.assignments as assignments
            on assignments.is_current
            and {key_of("assignments")} = decisions.record_key
        where decisions.kind in ('must_link', 'must_not_link') and decisions.status = 'active'
        order by all
        """
    ).fetchall()
    return [Label((first, second), customer_type, kind == "must_link") for first, second, customer_type, kind in found]


def measure(
    known: Iterable[Label], probabilities: Mapping[Pair, float], thresholds: Mapping[str, float]
) -> dict[str, Measured]:
    """Return how the matcher does, by customer type; a type without labels is left out.

    Args:
        known: the labelled pairs.
        probabilities: what the model gives a pair, without regard to what stewards decided; a pair that it never
            compared has 0, one that is not there is unscored.
        thresholds: customer type -> the probability from which a pair is a link.
    """
    counts: dict[str, dict[str, int]] = {}
    for label in known:
        count = counts.setdefault(label.customer_type, dict.fromkeys(Measured.__annotations__, 0))
        probability = probabilities.get(label.pair)
        if probability is None:
            outcome = "unscored"
        elif probability >= thresholds[label.customer_type]:
            outcome = "found" if label.is_one else "wrong"
        else:
            outcome = "missed" if label.is_one else "avoided"
        count[outcome] += 1
    return {customer_type: Measured(**count) for customer_type, count in counts.items()}
