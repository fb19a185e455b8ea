"""What somebody would know who knows each customer's true rates of buying and leaving, but not the future.

The generated company: a customer buys at a rate of his own while active, leaves at a hazard of his own, and a fifth
come back 90 days and an exponential 150 days after leaving, to stay. Days are steps; probabilities are exact to that.
"""

from __future__ import annotations

import duckdb
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

YEAR = 365.25
COUNTED = 0.92  # orders that are neither cancelled nor returned
COMES_BACK, WAITS, RETURNS_AT = 0.2, 90, 1 / 150


def latents(connection: duckdb.DuckDBPyConnection, customer_ids: list[str]) -> tuple[Floats, Floats, Ints]:
    """Return counted purchases a day, the hazard of leaving a day, and the day of arrival (since 1970)."""
    people = connection.execute(
        "select rate, hazard, epoch(acquired_at)::bigint // 86400 as arrived from people order by customer"
    ).fetchnumpy()
    at = np.array([int(customer) for customer in customer_ids])
    return people["rate"][at] / YEAR * COUNTED, people["hazard"][at] / YEAR, people["arrived"][at]


def from_rates(buying: Floats, leaving: Floats, tenure: Ints, days: int) -> Floats:
    """Return the probability of no purchase within ``days`` by rates and tenure alone, without the orders."""
    still_here = np.exp(-leaving * np.maximum(tenure, 0))
    total = buying + leaving
    silent = (leaving + buying * np.exp(-total * days)) / total
    return 1 - still_here * (1 - silent)


def from_rates_and_orders(
    buying: Floats, leaving: Floats, first: Ints, orders: tuple[Ints, Ints], today: int, days: int
) -> Floats:
    """Return the probability of no purchase within ``days``, by rates and all orders so far (a forward filter).

    Args:
        first: day of the first order of each customer; ``orders`` are customer (position) and day of every order.
    """
    n = len(buying)
    active, gone, soon, back = (np.zeros(n) for _ in range(4))
    waiting, at = np.zeros((WAITS, n)), 0
    customer, day = orders
    by_day = np.argsort(day, kind="stable")
    customer, day = customer[by_day], day[by_day]
    start = int(first.min())
    bounds = np.searchsorted(day, np.arange(start, today + 2))

    def step(moving: NDArray[np.bool_]) -> None:
        nonlocal at
        leaves = active * -np.expm1(-leaving) * moving
        returns = soon * -np.expm1(-RETURNS_AT)
        active[:] -= leaves
        back[:] += returns
        soon[:] += waiting[at] - returns
        waiting[at] = COMES_BACK * leaves
        gone[:] += (1 - COMES_BACK) * leaves
        at = (at + 1) % WAITS

    for number, now in enumerate(range(start, today + 1)):
        arrives = first == now
        active[arrives] = 1.0
        step(~arrives)
        bought = np.bincount(customer[bounds[number] : bounds[number + 1]], minlength=n) - arrives > 0
        likelihood = np.exp(-buying) * np.where(bought, buying, 1.0)
        active *= likelihood
        back *= likelihood
        for state in (gone, soon):
            state[bought] = 0.0
        waiting[:, bought] = 0.0
        total = np.maximum(active + gone + soon + back + waiting.sum(axis=0), 1e-300)
        for state in (active, gone, soon, back, waiting):
            state /= total
    for _ in range(days):
        step(np.ones(n, dtype=bool))
        active *= np.exp(-buying)
        back *= np.exp(-buying)
    result: Floats = active + gone + soon + back + waiting.sum(axis=0)
    return result
