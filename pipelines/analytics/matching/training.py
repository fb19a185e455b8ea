"""Learns a model's weights without labels: expectation maximisation over counted agreement patterns.

Reads counts only, so a million records cost what a thousand do. Counting is in ``population`` and ``scoring``.
Source of the method: Fellegi and Sunter 1969; Winkler 1988; Splink's documentation of training by blocking rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipelines.analytics.matching.comparisons import BlockingRule, Kind
from pipelines.analytics.matching.model import levels_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# what is declared about true and untrue pairs weighs as much as this many seen ones: the fathers and sons of a small
# company, alike in all but the date of birth, must not teach that dates of birth mean nothing
_PRIOR_PAIRS = 200.0
_PRIOR_UNTRUE = 10_000.0
# however few records there are, two of them are not likely to be one customer
_MOST_MATCHES = 0.02
_ROUNDS = 15
# a pair teaches what true pairs are like when the rest of it makes it this sure
_SURE = 0.99
# fewer than this many random pairs with a level say too little about how common it is
_ENOUGH = 30


@dataclass(frozen=True)
class Counts:
    """How many pairs have which agreement pattern.

    Attributes:
        patterns, pairs: a pattern and how many pairs have it.
        rules: the bits of the blocking rules that found them; zero for random pairs.
        is_possible: whether they have what the kind requires; other pairs are taken for untrue.
    """

    patterns: Ints
    pairs: Floats
    rules: Ints
    is_possible: NDArray[np.bool_]

    def true(self, odds: Floats) -> Floats:
        """Return how many pairs of each pattern are expected to be true at these odds (natural logarithm)."""
        return np.where(self.is_possible, self.pairs / (1 + np.exp(-np.clip(odds, -500, 500))), 0.0)


@dataclass(frozen=True)
class Learnt:
    """What training found: m and u by comparison (arrays over its levels), and how likely a random pair is true."""

    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    match_rate: float


def learn(
    kind: Kind,
    rules: tuple[BlockingRule, ...],
    candidates: Counts,
    random: Counts,
    equal: Mapping[str, float],
    all_pairs: float,
) -> Learnt:
    """Learn from the pairs that blocking found, and from random ones.

    Args:
        kind: what was compared.
        rules: the blocking rules in the order of their bits.
        candidates: every pair that a rule found.
        random: pairs drawn from all; these say what is common among different customers.
        equal: features column -> how likely two random records that know it have the same value.
        all_pairs: how many pairs there are in all.
    """
    pairs = _Pairs(kind, rules, candidates)
    seen = _seen(kind, candidates, random, equal, all_pairs)
    declared = tuple(_shares(np.array([level.m for level in each.levels])) for each in kind.comparisons)
    told = tuple(_shares(np.array([level.u for level in each.levels])) for each in kind.comparisons)
    m, u = declared, told
    match_rate = min(_MOST_MATCHES, max(1.0, candidates.pairs.sum() * 0.1) / all_pairs)
    for _ in range(_ROUNDS):
        u = tuple(_mixed(_apart(share, m[at], match_rate), known, told[at]) for at, (share, known) in enumerate(seen))
        u = pairs.among_namesakes(m, u, match_rate)
        match_rate = _match_rate(candidates, pairs.levels.weights(m, u), match_rate, all_pairs)
        m = tuple(pairs.true_ones(at, m, u, declared[at], match_rate) for at in range(len(kind.comparisons)))
    match_rate = _match_rate(candidates, pairs.levels.weights(m, u), match_rate, all_pairs)
    return Learnt(m, u, match_rate)


class _Levels:
    """The level numbers of every pattern, unpacked once."""

    def __init__(self, kind: Kind, counts: Counts) -> None:
        self.of = [levels_of(counts.patterns, at) for at in range(len(kind.comparisons))]

    def weights(self, m: tuple[Floats, ...], u: tuple[Floats, ...], skip: int | None = None) -> Floats:
        """Return ln(m/u) of every pattern over the comparisons, that at ``skip`` left out."""
        total = np.zeros(len(self.of[0]))
        for at, numbers in enumerate(self.of):
            if at != skip:
                total += np.concatenate([[0.0], np.log(m[at] / u[at])])[numbers]
        return total

    def count(self, at: int, size: int, pairs: Floats) -> Floats:
        """Return how many of the pairs have each level of the comparison at ``at``."""
        counts: Floats = np.bincount(self.of[at], pairs, size + 1)[1:].astype(np.float64)
        return counts


def _seen(
    kind: Kind, candidates: Counts, random: Counts, equal: Mapping[str, float], all_pairs: float
) -> tuple[tuple[Floats, float], ...]:
    """Return how common each level is among all pairs whose values are known, and how many these are.

    What is too rare for random pairs to show is counted among the candidates: rare agreement is what rules look for.
    """
    shares = []
    found_levels, drawn_levels = _Levels(kind, candidates), _Levels(kind, random)
    for at, comparison in enumerate(kind.comparisons):
        size = len(comparison.levels)
        drawn = drawn_levels.count(at, size, random.pairs)
        found = found_levels.count(at, size, candidates.pairs)
        known_rate = drawn.sum() / max(random.pairs.sum(), 1.0)
        known = max(all_pairs * known_rate, found.sum(), 1.0)
        share = np.where(drawn >= _ENOUGH, drawn / max(drawn.sum(), 1.0), found / known)
        for number, level in enumerate(comparison.levels):
            if level.equal is not None and level.equal in equal:
                share[number] = equal[level.equal]
        share[-1] = max(1.0 - share[:-1].sum(), 0.05)
        # a level that was never seen is as rare as one pair in all that are known
        share = np.maximum(share, 0.5 / known)
        shares.append((share / share.sum(), known))
    return tuple(shares)


def _mixed(share: Floats, known: float, told: Floats) -> Floats:
    """Return what was seen, filled up with what is declared: a handful of records shows little of what is common."""
    return (share * known + told * _PRIOR_UNTRUE) / (known + _PRIOR_UNTRUE)


def _apart(share: Floats, m: Floats, match_rate: float) -> Floats:
    """Return how common each level is among different customers: true pairs are among all pairs, and are taken out."""
    left = (share - match_rate * m) / (1 - match_rate)
    # never below a twentieth: what true pairs explain wholly is still no proof
    left = np.maximum(left, 0.05 * share)
    return left / left.sum()


@dataclass(frozen=True)
class _Pairs:
    """The pairs that rules found, and what one comparison of theirs shows in the light of all the others."""

    kind: Kind
    rules: tuple[BlockingRule, ...]
    candidates: Counts

    @cached_property
    def levels(self) -> _Levels:
        return _Levels(self.kind, self.candidates)

    def likely(self, at: int, m: tuple[Floats, ...], u: tuple[Floats, ...], match_rate: float) -> Floats:
        """Return how many pairs of each pattern are true by all but the comparison at ``at``."""
        return self.candidates.true(log_odds(match_rate) + self.levels.weights(m, u, skip=at))

    def among_namesakes(self, m: tuple[Floats, ...], u: tuple[Floats, ...], match_rate: float) -> tuple[Floats, ...]:
        """Return u with levels that follow from another agreement measured where that agreement is.

        Different people of one name have mailboxes of one name: that is no second proof.
        """
        bits = {rule.name: 1 << bit for bit, rule in enumerate(self.rules)}
        pairs, result = self.candidates.pairs, list(u)
        for at, comparison in enumerate(self.kind.comparisons):
            own = u[at].copy()
            for number, level in enumerate(comparison.levels):
                if level.follows in bits:
                    likely = self.likely(at, m, u, match_rate)
                    apart = (self.candidates.rules & bits[level.follows] > 0) & (likely < 0.5 * pairs)
                    counts = self.levels.count(at, len(own), np.where(apart, pairs - likely, 0.0))
                    own[number] = (counts[number] + _PRIOR_PAIRS * own[number]) / (counts.sum() + _PRIOR_PAIRS)
            # what such a level gains is lost by pairs that agree in nothing
            own[-1] = max(1.0 - own[:-1].sum(), 0.05)
            result[at] = own / own.sum()
        return tuple(result)

    def true_ones(
        self, at: int, m: tuple[Floats, ...], u: tuple[Floats, ...], declared: Floats, match_rate: float
    ) -> Floats:
        """Return m of one comparison, learnt from the pairs that everything else makes sure.

        A pair teaches only what the rules that found it leave open.
        """
        name = self.kind.comparisons[at].name
        silent = sum(1 << bit for bit, rule in enumerate(self.rules) if name not in rule.settles)
        likely = self.likely(at, m, u, match_rate)
        teaches = (self.candidates.rules & silent > 0) & (likely >= _SURE * self.candidates.pairs)
        counts = self.levels.count(at, len(declared), np.where(teaches, likely, 0.0))
        return _shares(np.maximum(_shares(counts + _PRIOR_PAIRS * declared), 1e-4))


def _shares(counts: Floats) -> Floats:
    return counts / counts.sum()


def log_odds(rate: float) -> float:
    """Return the natural logarithm of the odds of a rate between 0 and 1."""
    return float(np.log(rate / (1 - rate)))


def _match_rate(candidates: Counts, weights: Floats, start: float, all_pairs: float) -> float:
    """Return the share of true pairs among all that agrees with the weights; pairs no rule found count as untrue."""
    rate = start
    for _ in range(100):
        true = candidates.true(log_odds(rate) + weights).sum()
        new = float(np.clip(true / all_pairs, 1e-12, _MOST_MATCHES))
        if abs(np.log(new / rate)) < 1e-6:
            break
        rate = new
    return rate
