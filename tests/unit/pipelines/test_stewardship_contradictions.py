"""Decisions that cannot all hold are refused, with the rows on the way from one to the other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.stewardship.contradictions import refuse
from pipelines.stewardship.decisions import Decision
from pipelines.stewardship.files import StewardshipError

DAY = date(2026, 2, 1)


def link(first: str, second: str, line: int, *, apart: bool = False, expires_on: date | None = None) -> Decision:
    kind = "must_not_link" if apart else "must_link"
    first, second = sorted((first, second))
    return Decision(kind, "ann", "x", first, second, expires_on=expires_on, path=Path(f"{kind}.csv"), line=line)


def pin(key: str, value: str, line: int, *, attribute: str = "email", expires_on: date | None = None) -> Decision:
    said = Decision("pinned_value", "bo", "x", key, attribute=attribute, value=value, expires_on=expires_on)
    return Decision(**{**vars(said), "path": Path("pinned_values.csv"), "line": line})


def refusals(*decisions: Decision) -> tuple[str, ...]:
    with pytest.raises(StewardshipError) as caught:
        refuse(decisions, DAY)
    return caught.value.mistakes


def test_a_pair_kept_apart_that_rows_join_is_refused_with_the_rows_between() -> None:
    [message] = refusals(
        link("a", "b", 2), link("x", "y", 3), link("c", "b", 4), link("c", "d", 5), link("a", "d", 2, apart=True)
    )
    assert message == (
        "must_not_link.csv:2 (ann): a and d must not be one customer, but these rows join them:\n"
        "  must_link.csv:2 (ann): a = b\n"
        "  must_link.csv:4 (ann): b = c\n"
        "  must_link.csv:5 (ann): c = d\n"
        "  Remove one of the rows, or let it expire."
    )


def test_the_shortest_way_is_shown() -> None:
    [message] = refusals(
        link("a", "b", 2), link("b", "c", 3), link("c", "d", 4), link("a", "d", 5), link("a", "d", 2, apart=True)
    )
    assert "must_link.csv:5 (ann): a = d" in message and "must_link.csv:3" not in message


def test_rows_that_do_not_meet_and_rows_that_have_expired_contradict_nothing() -> None:
    refuse([link("a", "b", 2), link("c", "d", 3), link("a", "c", 2, apart=True)], DAY)
    over = date(2026, 1, 31)
    refuse([link("a", "b", 2, expires_on=over), link("a", "b", 2, apart=True)], DAY)
    refuse([link("a", "b", 2), link("a", "b", 2, apart=True, expires_on=over)], DAY)
    refuse([pin("a", "1", 2), pin("a", "2", 3, expires_on=over)], DAY)
    assert refusals(link("a", "b", 2, expires_on=DAY), link("a", "b", 2, apart=True))


def test_one_attribute_pinned_to_two_values_is_refused_also_through_joined_records() -> None:
    [same] = refusals(pin("a", "1", 2), pin("a", "2", 3))
    assert same == (
        "pinned_values.csv:3 (bo): pins email to '2', but pinned_values.csv:2 (bo) pins it to '1'."
        " Remove one of the rows, or let it expire."
    )
    [joined] = refusals(pin("a", "1", 2), link("a", "b", 7), link("b", "c", 8), pin("c", "2", 3))
    assert "must_link.csv:7 (ann): a = b\n  must_link.csv:8 (ann): b = c" in joined
    refuse([pin("a", "1", 2), pin("b", "2", 3), pin("a", "3", 4, attribute="phone")], DAY)
    refuse([pin("a", "1", 2), link("a", "b", 2), pin("b", "1", 3)], DAY)


_PAIRS = st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1])


@given(st.lists(_PAIRS, max_size=12), st.lists(_PAIRS, max_size=4))
def test_exactly_the_pairs_that_are_connected_are_refused(joined: list, apart: list) -> None:
    reach = {n: {n} for n in range(8)}
    for left, right in joined:
        both = reach[left] | reach[right]
        for each in both:
            reach[each] = both
    wrong = [pair for pair in apart if pair[1] in reach[pair[0]]]
    decisions = [link(str(a), str(b), n) for n, (a, b) in enumerate(joined)]
    decisions += [link(str(a), str(b), n, apart=True) for n, (a, b) in enumerate(apart)]
    if wrong:
        assert len(refusals(*decisions)) == len(wrong)
    else:
        refuse(decisions, DAY)
