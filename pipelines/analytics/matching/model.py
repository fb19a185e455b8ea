"""What was learnt about one kind of customer: the weights of every level, and what they were learnt from.

The same numbers as a Fellegi-Sunter model of Splink. Learning them is in ``training``, using them in ``scoring``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from math import log2

import numpy as np
from numpy.typing import NDArray

from pipelines.analytics.matching.comparisons import BITS, BlockingRule, Comparison, Kind, Veto
from sources.quoting import quoted

# what fewer true pairs show contradicts them
VETO_BELOW = 0.02


@dataclass(frozen=True)
class Model:
    """The parameters of one kind, as they are kept in the lake.

    Attributes:
        kind: what `stated` said of the kind when this was learnt.
        m, u: comparison -> level label -> how often a true pair, and how often two different customers, have it,
            of those for which the values are known.
        match_rate: how likely two random records are one customer.
        threshold: the probability from which a pair is a link.
        rules: names of the blocking rules in use; max_block: records with a key that more share are not compared by it.
        frequencies: features column -> value -> share of the records that have it; rare: that of values not listed.
        trained_on: what the parameters were learnt from, for those who read them.
    """

    customer_type: str
    kind: str
    m: dict[str, dict[str, float]]
    u: dict[str, dict[str, float]]
    match_rate: float
    threshold: float
    rules: tuple[str, ...]
    max_block: int
    frequencies: dict[str, dict[str, float]] = field(default_factory=dict)
    rare: dict[str, float] = field(default_factory=dict)
    trained_on: dict[str, float] = field(default_factory=dict)

    @property
    def model_id(self) -> str:
        """A hash over everything that decides how a pair is weighed."""
        told = {name: value for name, value in asdict(self).items() if name != "trained_on"}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def prior(self) -> float:
        """The weight, in bits, of two records before anything is compared."""
        return log2(self.match_rate / (1 - self.match_rate))

    def to_json(self) -> str:
        """Return the model as it is kept."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Model:
        """Return a model that was kept. Raises KeyError or ValueError for anything else."""
        found = json.loads(text)
        return cls(**{**found, "rules": tuple(found["rules"])})

    def chosen(self, kind: Kind) -> tuple[BlockingRule, ...]:
        """Return the blocking rules in use, in the kind's order."""
        return tuple(rule for rule in kind.rules if rule.name in self.rules)

    def level_weights(self, comparison: Comparison) -> list[float]:
        """Return the weights in bits of a comparison by level number; 0 for a missing value comes first."""
        m, u = self.m[comparison.name], self.u[comparison.name]
        return [0.0, *(log2(m[level.label] / u[level.label]) for level in comparison.levels)]

    def forbidden(self, kind: Kind) -> str:
        """Return the SQL, over level labels, of the contradictions that hold in what was learnt."""
        held = [
            f"({veto.comparison} in ({', '.join(map(quoted, veto.levels))}) and not ({veto.unless}))"
            for veto in kind.vetoes
            if self.holds(veto)
        ]
        return " or ".join(held) or "false"

    def required(self, kind: Kind) -> str:
        """Return the SQL, over level labels, of what a pair must have to be a link."""
        return kind.required if self.holds(kind.vetoes[0]) else f"{kind.required} or {kind.suffices}"

    def holds(self, veto: Veto) -> bool:
        """Return whether true pairs show the veto's levels, taken together, hardly ever."""
        return sum(self.m[veto.comparison][label] for label in veto.levels) < VETO_BELOW

    def pattern_weights(self, kind: Kind, patterns: Iterable[int]) -> NDArray[np.float64]:
        """Return the weight of each agreement pattern, the prior included, commonness of values not."""
        packed = np.fromiter(patterns, dtype=np.int64)
        total = np.full(len(packed), self.prior)
        for position, comparison in enumerate(kind.comparisons):
            total += np.array(self.level_weights(comparison))[levels_of(packed, position)]
        return total


def levels_of(patterns: NDArray[np.int64], position: int) -> NDArray[np.int64]:
    """Return the level numbers that patterns hold for the comparison at ``position``; 0 is missing."""
    return (patterns >> (BITS * position)) & ((1 << BITS) - 1)


def stated(kind: Kind) -> str:
    """Return a text that changes when anything about a kind is declared otherwise: what was matched before is void."""
    return hashlib.sha256(repr(kind).encode()).hexdigest()[:16]
