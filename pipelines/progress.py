"""Tells whoever watches a run in this process how far it is. Says nothing about how it is shown.

Steps report; the command line listens. In a run launched from the Dagster UI nobody listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One piece of news.

    Attributes:
        stage: ``read``, ``gate``, ``build``, ``resolve`` or ``publish``.
        item: what it is about, e.g. ``salesforce.Account`` or ``marts.customer_value``.
        amount: how much more of it is done, in the stage's unit (rows read, models built).
        total: how much the whole stage holds, where that is known.
    """

    stage: str
    item: str
    amount: int = 0
    total: int | None = None


_listeners: list[Callable[[Progress], None]] = []


def report(stage: str, item: str, amount: int = 0, total: int | None = None) -> None:
    """Tell every listener."""
    for listener in _listeners:
        listener(Progress(stage, item, amount, total))


@contextmanager
def listening(listener: Callable[[Progress], None]) -> Iterator[None]:
    """Call ``listener`` with every report made inside the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
