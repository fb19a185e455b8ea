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
        task: the line of work, e.g. ``Read salesforce`` or ``Build marts``. A new one means the last one is done.
        item: what of it is in hand, e.g. ``Account`` or ``customer_value``.
        amount: how much more of the task is done.
        total: how much the task holds, where that is known.
        unit: what is counted.
        failed: what of the task could not be done, in a few words.
    """

    task: str
    item: str = ""
    amount: int = 0
    total: int | None = None
    unit: str = ""
    failed: str = ""


_listeners: list[Callable[[Progress], None]] = []


def report(
    task: str, item: str = "", amount: int = 0, total: int | None = None, unit: str = "", failed: str = ""
) -> None:
    """Tell every listener."""
    for listener in _listeners:
        listener(Progress(task, item, amount, total, unit, failed))


@contextmanager
def listening(listener: Callable[[Progress], None]) -> Iterator[None]:
    """Call ``listener`` with every report made inside the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
