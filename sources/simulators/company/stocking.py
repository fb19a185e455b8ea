"""What is in stock: a level per product that falls week by week, is filled up again, and sometimes stays at nothing."""

from __future__ import annotations

import numpy as np

from sources.simulators.company.catalog import PRODUCTS
from sources.simulators.company.timing import FIRST, LAST, NEVER, Columns, Ints, moment, stream

_WEEKS_TO_FILL = 6  # weeks from one delivery to the next
_BLOCK = 60  # days in which a product runs out at most once
_RUNS_OUT = 0.25


def _spells(rng: np.random.Generator, products: Columns) -> Columns:
    """Return when each product ran out and when goods came in again, never past its end of sale."""
    product, block = (index.ravel() for index in np.indices((PRODUCTS, (LAST - FIRST) // _BLOCK)))
    day = FIRST + block * _BLOCK + rng.integers(5, 25, len(block))
    out, back = moment(rng, day), moment(rng, day + rng.integers(2, 26, len(block)))
    happens = (rng.random(len(block)) < _RUNS_OUT) & (back < products["discontinued_at"][product])
    spells = {"product": product, "out_at": out, "back_at": back}
    return {name: values[happens] for name, values in spells.items()}


def _counts(rng: np.random.Generator, products: Columns, full: Ints) -> tuple[Ints, Ints, Ints]:
    """Return product, moment and level of the weekly counts: never nothing."""
    product, week = (index.ravel() for index in np.indices((PRODUCTS, (LAST - FIRST) // 7)))
    at = moment(rng, FIRST + week * 7 + product % 7)
    left = _WEEKS_TO_FILL - (week + product) % _WEEKS_TO_FILL
    quantity = np.maximum(1, full[product] * left // _WEEKS_TO_FILL - rng.integers(0, 10, len(week)))
    sold = at < products["discontinued_at"][product]
    return product[sold], at[sold], quantity[sold]


def keep_stock(seed: int, products: Columns) -> tuple[Columns, Columns]:
    """Return the spells without stock (``out_at`` to ``back_at``) and every level that was written down, oldest first.

    A discontinued product is written down as nothing at its end of sale; that is no spell.
    """
    rng = stream(seed, "stock")
    full = rng.integers(60, 600, PRODUCTS)
    spells = _spells(rng, products)
    product, at, quantity = _counts(rng, products, full)
    owner = spells["product"]
    inside = np.zeros(len(at), dtype=bool)
    for which, out, back in zip(owner, spells["out_at"], spells["back_at"], strict=True):
        inside |= (product == which) & (at >= out) & (at <= back)
    ended = np.flatnonzero(products["discontinued_at"] < NEVER)
    parts = (
        (product[~inside], at[~inside], quantity[~inside]),
        (owner, spells["out_at"], np.zeros(len(owner), dtype=np.int64)),
        (owner, spells["back_at"], full[owner]),
        (ended, products["discontinued_at"][ended], np.zeros(len(ended), dtype=np.int64)),
    )
    product, at, quantity = (np.concatenate(column) for column in zip(*parts, strict=True))
    by_age = np.argsort(at, kind="stable")
    return spells, {"product": product[by_age], "changed_at": at[by_age], "quantity": quantity[by_age]}
