"""Groups linked records into customers, with guards: no group hangs on one weak link, holds a contradiction, or grows
without bound. What the guards cut is sent to review.

Works on numbers; what they stand for is ``grouping``'s. A group depends on its own records and links alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_SIZE = 60
# two groups of several records are joined by a single link only when it is at least this sure
STRONG = 0.99

Pair = tuple[int, int]


@dataclass(frozen=True, order=True)
class Link:
    """A link within a group; links are taken in their order.

    Attributes:
        rank: 0 a steward's, 1 stated by a source, 2 found by comparing.
        doubt: 1 minus its probability.
        first, second: the keys of its records, which settle ties.
        left, right: the numbers of its records.
    """

    rank: int
    doubt: float
    first: str
    second: str
    left: int
    right: int


@dataclass(frozen=True)
class Cut:
    """A link that a guard refused: weak_bridge, conflict or too_large."""

    link: Link
    reason: str


def components(size: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the number of the group of each of ``size`` records that following links leads to."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not size:
        return np.empty(0, dtype=np.int32)
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    found: NDArray[np.int32] = connected_components(graph, directed=False)[1].astype(np.int32)
    return found


def guarded(links: Iterable[Link], apart: Iterable[Pair], torn: Iterable[Pair]) -> tuple[dict[int, int], list[Cut]]:
    """Group records by links, the surest first, refusing those that would make a group no one could trust.

    Args:
        links: the links of one or more groups.
        apart: pairs that contradict each other; only steward's and source's links may join them.
        torn: pairs that a steward keeps apart; nothing joins them.

    Returns: record -> the smallest record of its group, and the refused links.
    """
    ordered = sorted(links)
    groups = _Groups(ordered, apart, torn)
    cuts = []
    for link in ordered:
        reason = groups.refuses(link)
        if reason is None:
            groups.join(link)
        elif reason:
            cuts.append(Cut(link, reason))
    return groups.smallest(), cuts


class _Groups:
    """Groups that grow link by link, each knowing its members and what it must not meet."""

    def __init__(self, links: Sequence[Link], apart: Iterable[Pair], torn: Iterable[Pair]) -> None:
        records = {record for link in links for record in (link.left, link.right)}
        self._of = {record: record for record in records}
        self._members = {record: [record] for record in records}
        self._apart, self._torn = _neighbours(apart), _neighbours(torn)
        self._links: dict[int, list[int]] = defaultdict(list)
        for link in links:
            self._links[link.left].append(link.right)
            self._links[link.right].append(link.left)

    def refuses(self, link: Link) -> str | None:
        """Return why a link must not join its groups; '' when they are one already."""
        left, right = self._of[link.left], self._of[link.right]
        if left == right:
            return ""
        if self._meet(self._torn, left, right):
            return "conflict"
        if link.rank < 2:
            return None
        if self._meet(self._apart, left, right):
            return "conflict"
        if len(self._members[left]) + len(self._members[right]) > MAX_SIZE:
            return "too_large"
        if link.doubt > 1 - STRONG and self._is_bridge(left, right):
            return "weak_bridge"
        return None

    def join(self, link: Link) -> None:
        """Make one group of a link's two."""
        small, large = sorted((self._of[link.left], self._of[link.right]), key=lambda each: len(self._members[each]))
        for record in self._members.pop(small):
            self._of[record] = large
            self._members[large].append(record)

    def smallest(self) -> dict[int, int]:
        """Return each record's group, named by the smallest record in it."""
        return {record: min(members) for members in self._members.values() for record in members}

    def _meet(self, pairs: dict[int, set[int]], left: int, right: int) -> bool:
        if len(self._members[left]) > len(self._members[right]):
            left, right = right, left
        return any(self._of.get(other) == right for record in self._members[left] for other in pairs.get(record, ()))

    def _is_bridge(self, left: int, right: int) -> bool:
        """Say whether two groups of several records are held together by one link only."""
        if len(self._members[left]) > len(self._members[right]):
            left, right = right, left
        if len(self._members[left]) < 2:
            return False
        between = {
            (record, other)
            for record in self._members[left]
            for other in self._links[record]
            if self._of[other] == right
        }
        return len(between) < 2


def _neighbours(pairs: Iterable[Pair]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for left, right in pairs:
        found[left].add(right)
        found[right].add(left)
    return found
