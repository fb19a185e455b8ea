"""The lifecycle of a customer read slowly from the rules, one day at a time, by somebody who sees no later day.

The days are the variables `lifecycle` of the dbt project, written here again.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class History:
    """What happened to a customer, in days after any first day."""

    seen: int
    orders: frozenset[int]
    subscriptions: tuple[tuple[int, int | None], ...]  # first day, last day
    removed: tuple[int, str] | None  # day, state


def state_at_end_of(day: int, history: History, states: dict[int, str]) -> str:
    """The state, read from what happened until ``day`` and the states of earlier days."""
    if history.removed and history.removed[0] <= day:
        return history.removed[1]
    orders = sorted(order for order in history.orders if order <= day)
    begun = [(first, last) for first, last in history.subscriptions if first <= day]
    purchases = {*orders, *(first for first, _ in begun)}
    if not purchases:
        return "prospect"
    running = any(last is None or last >= day for _, last in begun)
    silent_since = day if running else max([*orders, *(last for _, last in begun if last is not None)])
    silence = day - silent_since
    gaps = [later - earlier for earlier, later in pairwise(orders)]
    mean = sum(gaps) / len(gaps) if gaps else 0.0
    lapse = min(max(180, 3 * mean), 540)
    if silence > lapse + 365:
        return "lost"
    if silence > lapse:
        return "lapsed"
    returns = [p for p in purchases if states.get(p - 1) in ("lapsed", "lost")]
    if returns and day - max(returns) <= 90:
        return "won_back"
    if day - min(purchases) <= 90:
        return "new"
    return "at_risk" if silence > min(max(90, 2 * mean), 360) else "active"


def lived(history: History, last: int) -> dict[int, str]:
    """The state on every day since the customer was first known, ``last`` included."""
    begin = min(
        history.seen, *history.orders, *(first for first, _ in history.subscriptions),
        *([history.removed[0]] if history.removed else []), last,
    )  # fmt: skip
    states: dict[int, str] = {}
    for day in range(begin, last + 1):
        states[day] = state_at_end_of(day, history, states)
    return states
