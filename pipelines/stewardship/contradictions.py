"""Decisions that cannot all hold: refused, with the rows that lead from one to the other.

Expired decisions take no part. A decision whose record has vanished does: it would contradict when the record returns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from pipelines.stewardship.decisions import Decision
from pipelines.stewardship.files import StewardshipError
from pipelines.stewardship.paths import shortest


class Joined:
    """Records joined by must_link decisions, directly or through others."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self._links: dict[str, list[tuple[str, Decision]]] = defaultdict(list)
        self._group: dict[str, str] = {}
        for each in decisions:
            if each.kind == "must_link":
                self._links[each.record_key].append((each.other_record_key, each))
                self._links[each.other_record_key].append((each.record_key, each))
                self._group[self.group(each.record_key)] = self.group(each.other_record_key)

    def group(self, key: str) -> str:
        """Return the same text for records that are joined, another for others."""
        walked = []
        while (above := self._group.get(key, key)) != key:
            walked.append(key)
            key = above
        self._group.update(dict.fromkeys(walked, key))
        return key

    def path(self, start: str, end: str) -> list[Decision]:
        """Return the fewest decisions that lead from one record to another; none where they are one record."""
        return shortest(self._links, start, end)


def refuse(decisions: Iterable[Decision], as_of: date) -> None:
    """Raise StewardshipError naming the rows of every contradiction, if there is one on the day ``as_of``."""
    active = [each for each in decisions if not each.has_expired(as_of)]
    joined = Joined(active)
    found = [*_apart_and_joined(active, joined), *_pinned_twice(active, joined)]
    if found:
        raise StewardshipError(found)


def _apart_and_joined(active: Sequence[Decision], joined: Joined) -> list[str]:
    """Return a message for each pair that must not be one customer and that rows make one."""
    return [
        f"{each.place}: {each.record_key} and {each.other_record_key} must not be one customer, but these rows join"
        f" them:\n{_shown(joined.path(each.record_key, each.other_record_key))}\n  Remove one of the rows, or let it"
        " expire."
        for each in active
        if each.kind == "must_not_link" and joined.group(each.record_key) == joined.group(each.other_record_key)
    ]


def _pinned_twice(active: Sequence[Decision], joined: Joined) -> list[str]:
    """Return a message for each pin beside an earlier one of another value for the same customer."""
    first: dict[tuple[str, str], Decision] = {}
    found = []
    for each in active:
        if each.kind != "pinned_value":
            continue
        before = first.setdefault((joined.group(each.record_key), each.attribute), each)
        if before.value == each.value:
            continue
        path = joined.path(before.record_key, each.record_key)
        joint = f", and these rows make the two records one customer:\n{_shown(path)}\n " if path else "."
        found.append(
            f"{each.place}: pins {each.attribute} to '{each.value}', but {before.place} pins it to '{before.value}'"
            f"{joint} Remove one of the rows, or let it expire."
        )
    return found


def _shown(path: Sequence[Decision]) -> str:
    return "\n".join(f"  {each.place}: {each.record_key} = {each.other_record_key}" for each in path)
