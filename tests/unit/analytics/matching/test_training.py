"""Training finds again what simulated agreement was drawn with, and keeps to what is declared where there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.analytics.matching.comparisons import BITS, BlockingRule, Comparison, Level
from pipelines.analytics.matching.persons import PERSONS
from pipelines.analytics.matching.training import Counts, Learnt, learn

Floats = NDArray[np.float64]

NAMES = ("name", "date", "mail", "place")
RULES = tuple(BlockingRule(name, name, (name,)) for name in NAMES)
# what is declared is far from what the pairs below are drawn with
KIND = replace(
    PERSONS,
    comparisons=tuple(
        Comparison(
            name,
            "",
            (
                Level("exact", "", 0.6, 0.01, equal="date" if name == "date" else None),
                Level("close", "", 0.2, 0.02, follows="name" if name == "mail" else None),
                Level("other", "", 0.2, 0.97),
            ),
        )
        for name in NAMES
    ),
    rules=RULES,
)
M = np.array([[0.9, 0.06, 0.04], [0.8, 0.15, 0.05], [0.7, 0.1, 0.2], [0.75, 0.05, 0.2]])
U = np.array([[0.002, 0.004, 0.994], [0.0005, 0.01, 0.9895], [0.0001, 0.02, 0.9799], [0.003, 0.001, 0.996]])
MATCH_RATE = 0.0002
ALL_PAIRS = 200_000_000
MISSING = 0.2
# of the pairs with one name that are different customers, the share with a mailbox that looks alike
NAMESAKES = 0.3


@dataclass(frozen=True)
class Company:
    """All pairs of a company: how many have which levels; numbers are those of patterns, 0 where a value is missing."""

    levels: NDArray[np.int64]
    true: Floats
    untrue: Floats

    @property
    def pairs(self) -> Floats:
        return self.true + self.untrue

    def counts(self, pairs: Floats, rules: bool) -> Counts:
        packed = sum(self.levels[:, at] << (BITS * at) for at in range(len(NAMES)))
        bits = sum((self.levels[:, at] == 1).astype(np.int64) << at for at in range(len(NAMES))) * rules
        return Counts(packed, pairs, bits, np.ones(len(pairs), dtype=np.bool_))

    def found(self) -> Counts:
        """Return the pairs that agree exactly in something, as the rules find them."""
        counts = self.counts(self.pairs, rules=True)
        which = (counts.rules > 0) & (counts.pairs > 0)
        return Counts(counts.patterns[which], counts.pairs[which], counts.rules[which], counts.is_possible[which])


def company(chance: np.random.Generator) -> Company:
    """Draw all pairs of a company whose comparisons are independent of each other, but for namesakes."""
    levels = np.array(list(product(range(4), repeat=len(NAMES))))
    namesake = np.array([0.0, NAMESAKES, 1 - NAMESAKES])
    true, untrue = np.ones(len(levels)), np.ones(len(levels))
    for at, name in enumerate(NAMES):
        true *= known(M[at])[levels[:, at]]
        own = known(U[at])[levels[:, at]]
        untrue *= np.where(levels[:, 0] == 1, known(namesake)[levels[:, at]], own) if name == "mail" else own
    of_true = chance.binomial(ALL_PAIRS, MATCH_RATE)
    return Company(
        levels,
        chance.multinomial(of_true, true / true.sum()).astype(float),
        chance.multinomial(ALL_PAIRS - of_true, untrue / untrue.sum()).astype(float),
    )


def known(shares: Floats) -> Floats:
    return np.concatenate([[MISSING], (1 - MISSING) * shares])


def learnt_from(drawn: Company, chance: np.random.Generator) -> Learnt:
    random = drawn.counts(chance.multinomial(300_000, drawn.pairs / drawn.pairs.sum()).astype(float), rules=False)
    equal = {"date": M[1, 0] * MATCH_RATE + U[1, 0] * (1 - MATCH_RATE)}
    return learn(KIND, RULES, drawn.found(), random, equal, ALL_PAIRS)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_pairs_were_drawn_with_is_found_again(seed: int) -> None:
    chance = np.random.default_rng(seed)
    learnt = learnt_from(company(chance), chance)
    assert learnt.match_rate == pytest.approx(MATCH_RATE, rel=0.1)
    for at, name in enumerate(NAMES):
        assert learnt.m[at] == pytest.approx(M[at], abs=0.02), name
        if name != "mail":
            assert learnt.u[at] == pytest.approx(U[at], rel=0.15), name
            # the weight of agreement, to a fifth of a bit
            assert np.log2(learnt.m[at] / learnt.u[at])[0] == pytest.approx(np.log2(M[at] / U[at])[0], abs=0.2)


def test_agreement_that_follows_from_a_common_name_is_measured_among_namesakes() -> None:
    chance = np.random.default_rng(4)
    learnt = learnt_from(company(chance), chance)
    assert learnt.u[2][1] == pytest.approx(NAMESAKES, rel=0.1)
    # exact agreement does not follow from it
    assert learnt.u[2][0] < 0.001


def test_a_handful_of_pairs_leaves_what_is_declared() -> None:
    # five pairs that agree in all but the place, and as many random ones that agree in nothing
    drawn = Company(np.array([[1, 1, 1, 3], [3, 3, 3, 3]]), np.array([5.0, 0.0]), np.array([0.0, 5.0]))
    learnt = learn(KIND, RULES, drawn.found(), drawn.counts(drawn.untrue, rules=False), {}, 10.0)
    for at, comparison in enumerate(KIND.comparisons):
        assert learnt.m[at] == pytest.approx([level.m for level in comparison.levels], abs=0.05)
        if comparison.name != "mail":
            assert learnt.u[at] == pytest.approx([level.u for level in comparison.levels], rel=0.05)


def test_pairs_teach_nothing_about_what_they_were_looked_for_by() -> None:
    # all were found by their name, and agree about in the rest
    drawn = Company(np.array([[1, 2, 2, 2], [3, 3, 3, 3]]), np.array([5e3, 0.0]), np.array([0.0, 4e7]))
    learnt = learn(KIND, RULES, drawn.found(), drawn.counts(drawn.pairs / 100, rules=False), {}, 4e7)
    assert learnt.m[0] == pytest.approx([0.6, 0.2, 0.2])
    assert learnt.m[1][1] > 0.95


def test_pairs_without_what_is_required_are_never_taken_for_true() -> None:
    chance = np.random.default_rng(5)
    drawn = company(chance)
    found = drawn.found()
    learnt = learn(
        KIND,
        RULES,
        replace(found, is_possible=np.zeros(len(found.pairs), dtype=np.bool_)),
        drawn.counts(drawn.pairs / 100, rules=False),
        {},
        ALL_PAIRS,
    )
    assert learnt.match_rate < 1e-9
    for at, comparison in enumerate(KIND.comparisons):
        assert learnt.m[at] == pytest.approx([level.m for level in comparison.levels])
