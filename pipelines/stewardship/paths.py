"""The shortest way through links between records: what a message shows to say why two records are one customer."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import TypeVar

Link = TypeVar("Link")


def shortest(links: Mapping[str, Sequence[tuple[str, Link]]], start: str, end: str) -> list[Link]:
    """Return the fewest links that lead from one record to another; none where there is no way, or none is needed.

    ``links`` are, for each record, the records next to it and what joins them, in both directions.
    """
    came_by: dict[str, tuple[str, Link] | None] = {start: None}
    waiting = deque([start])
    while waiting and end not in came_by:
        here = waiting.popleft()
        for there, link in links.get(here, ()):
            if there not in came_by:
                came_by[there] = (here, link)
                waiting.append(there)
    steps: list[Link] = []
    step = came_by.get(end)
    while step:
        steps.insert(0, step[1])
        step = came_by[step[0]]
    return steps
