"""Guards refuse the links that would make a group no one could trust, whatever order links come in."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.analytics.matching.clustering import MAX_SIZE, STRONG, Cut, Link, Pair, guarded

STEWARD, SOURCE, FOUND = 0, 1, 2
WEAK = 0.9
many = settings(max_examples=60, deadline=None)


def link(left: int, right: int, probability: float = 0.999, rank: int = FOUND) -> Link:
    first, second = sorted((left, right))
    return Link(rank, 1 - (probability if rank == FOUND else 1), f"{first:04}", f"{second:04}", first, second)


def groups(of: dict[int, int]) -> set[frozenset[int]]:
    return {frozenset(record for record in of if of[record] == group) for group in of.values()}


def refused(cuts: list[Cut]) -> set[tuple[int, int, str]]:
    return {(cut.link.left, cut.link.right, cut.reason) for cut in cuts}


def test_a_single_weak_link_between_two_groups_of_several_is_refused() -> None:
    of, cuts = guarded([link(1, 2), link(3, 4), link(2, 3, WEAK)], [], [])
    assert groups(of) == {frozenset({1, 2}), frozenset({3, 4})}
    assert refused(cuts) == {(2, 3, "weak_bridge")}


def test_a_single_strong_link_joins_two_groups_of_several() -> None:
    of, cuts = guarded([link(1, 2), link(3, 4), link(2, 3, STRONG)], [], [])
    assert (groups(of), cuts) == ({frozenset({1, 2, 3, 4})}, [])


def test_two_weak_links_join_two_groups_of_several() -> None:
    of, cuts = guarded([link(1, 2), link(3, 4), link(2, 3, WEAK), link(1, 4, WEAK)], [], [])
    assert (groups(of), cuts) == ({frozenset({1, 2, 3, 4})}, [])


def test_a_pair_that_two_say_is_one_link_between_groups() -> None:
    twice = [link(2, 3, WEAK), link(2, 3, WEAK - 0.01)]
    of, cuts = guarded([link(1, 2), link(3, 4), *twice], [], [])
    assert len(groups(of)) == 2
    assert refused(cuts) == {(2, 3, "weak_bridge")}


def test_a_weak_link_brings_a_single_record_to_a_group() -> None:
    of, cuts = guarded([link(1, 2), link(2, 3, WEAK)], [], [])
    assert (groups(of), cuts) == ({frozenset({1, 2, 3})}, [])


def test_of_two_links_that_would_bring_a_contradiction_together_the_weaker_is_refused() -> None:
    of, cuts = guarded([link(1, 2, 0.97), link(2, 3, 0.98)], [(1, 3)], [])
    assert groups(of) == {frozenset({1}), frozenset({2, 3})}
    assert refused(cuts) == {(1, 2, "conflict")}


@pytest.mark.parametrize("rank", [STEWARD, SOURCE])
def test_what_is_stated_joins_what_contradicts(rank: int) -> None:
    of, cuts = guarded([link(1, 2), link(2, 3, rank=rank)], [(1, 3)], [])
    # the statement comes first: what was found yields to it
    assert groups(of) == {frozenset({1}), frozenset({2, 3})}
    of, cuts = guarded([link(1, 2, rank=rank), link(2, 3, rank=rank)], [(1, 3)], [])
    assert (groups(of), cuts) == ({frozenset({1, 2, 3})}, [])


@pytest.mark.parametrize("rank", [STEWARD, SOURCE, FOUND])
def test_what_a_steward_keeps_apart_nothing_joins(rank: int) -> None:
    of, cuts = guarded([link(1, 2, rank=rank), link(2, 3, rank=rank)], [], [(3, 1)])
    assert groups(of) == {frozenset({1, 2}), frozenset({3})}
    assert refused(cuts) == {(2, 3, "conflict")}


def test_what_a_steward_joins_goes_before_what_a_source_states() -> None:
    of, _ = guarded([link(1, 2, rank=SOURCE), link(2, 3, rank=STEWARD)], [], [(1, 3)])
    assert groups(of) == {frozenset({1}), frozenset({2, 3})}


def test_no_link_makes_a_group_larger_than_the_limit_but_a_stated_one() -> None:
    chain = [link(record, record + 1) for record in range(MAX_SIZE)]
    of, cuts = guarded(chain, [], [])
    assert sorted(map(len, groups(of))) == [1, MAX_SIZE]
    assert [cut.reason for cut in cuts] == ["too_large"]
    of, cuts = guarded([*chain[:-1], link(MAX_SIZE - 1, MAX_SIZE, rank=SOURCE)], [], [])
    assert sorted(map(len, groups(of))) == [2, MAX_SIZE - 1]
    stated = [link(record, record + 1, rank=SOURCE) for record in range(MAX_SIZE)]
    assert (len(groups(guarded(stated, [], [])[0])), guarded(stated, [], [])[1]) == (1, [])


_records = st.integers(0, 9)
_pairs = st.tuples(_records, _records).filter(lambda pair: pair[0] != pair[1])
_links = st.lists(
    st.tuples(_pairs, st.sampled_from([WEAK, 0.97, STRONG, 0.9999]), st.sampled_from([STEWARD, SOURCE, *[FOUND] * 6])),
    max_size=20,
).map(lambda drawn: [link(*pair, probability, rank) for pair, probability, rank in drawn])
_few_pairs = st.lists(_pairs, max_size=4)


@many
@given(_links, _few_pairs, _few_pairs, st.integers())
def test_the_order_of_links_and_pairs_does_not_matter(
    links: list[Link], apart: list[Pair], torn: list[Pair], seed: int
) -> None:
    told = guarded(links, apart, torn)
    chance = random.Random(seed)
    turned = [[pair[::-1] if chance.random() < 0.5 else pair for pair in pairs] for pairs in (apart, torn)]
    shuffled = [chance.sample(each, len(each)) for each in (links, *turned)]
    assert guarded(*shuffled) == told


@many
@given(_links, _links, _few_pairs, _few_pairs)
def test_a_group_depends_on_its_own_links_alone(
    links: list[Link], others: list[Link], apart: list[Pair], torn: list[Pair]
) -> None:
    of, cuts = guarded(links, apart, torn)
    elsewhere = [link(each.left + 100, each.right + 100, 1 - each.doubt, each.rank) for each in others]
    far = [(left + 100, right + 100) for left, right in [*apart, *torn]]
    of_both, cuts_of_both = guarded([*elsewhere, *links], [*far, *apart], torn)
    assert {record: group for record, group in of_both.items() if record < 100} == of
    assert [cut for cut in cuts_of_both if cut.link.left < 100] == cuts


@many
@given(_links, _few_pairs, _few_pairs)
def test_no_group_holds_what_must_not_meet(links: list[Link], apart: list[Pair], torn: list[Pair]) -> None:
    of, _ = guarded(links, apart, torn)
    together = {(left, right) for left in of for right in of if of[left] == of[right]}
    assert not together.intersection(torn)
    stated, _ = guarded([each for each in links if each.rank < FOUND], [], torn)
    joined = {(left, right) for left in stated for right in stated if stated[left] == stated[right]}
    assert not together.intersection(apart) - joined


@many
@given(_links, _few_pairs, _few_pairs)
def test_a_group_is_named_by_its_smallest_record_and_held_together_by_its_links(
    links: list[Link], apart: list[Pair], torn: list[Pair]
) -> None:
    of, cuts = guarded(links, apart, torn)
    assert all(of[group] == group == min(each for each in of if of[each] == group) for group in of.values())
    assert set(of) == {record for each in links for record in (each.left, each.right)}
    assert all(of[cut.link.left] != of[cut.link.right] for cut in cuts if cut.reason != "weak_bridge")
    whole = {(each.left, each.right) for each in links} - {(cut.link.left, cut.link.right) for cut in cuts}
    assert all(of[left] == of[right] for left, right in whole)
