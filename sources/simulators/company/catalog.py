"""What the company sells and in which money: products with costs and prices, currencies with dated rates.

Prices are integer cents; a rate is integer millionths of a currency unit per one euro.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sources.simulators.company.timing import DAY, FIRST, LAST, NEVER, START, Columns, Ints, moment, stream
from sources.simulators.company.words import Words

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK")
_BASE_RATES = (1.0, 1.0925, 0.8537, 0.9614, 11.2871)
MICRO = 1_000_000
PRODUCTS = 60


@dataclass(frozen=True)
class Rates:
    """Monthly rates: ``micro`` has shape (currency, month); ``starts`` is each month's first day since 1970."""

    starts: Ints
    micro: Ints

    def at(self, currency: Ints, moments: Ints) -> Ints:
        """Return the rate in force in each currency (position in ``CURRENCIES``) at each moment."""
        return self.micro[currency, np.searchsorted(self.starts, moments // DAY, side="right") - 1]

    def to_euro(self, cents: Ints, rate: Ints) -> Ints:
        """Return euro cents, each amount divided by its rate and rounded half up, in exact integer arithmetic."""
        return (2 * cents * MICRO + rate) // (2 * rate)


def exchange_rates(seed: int) -> Rates:
    """Return the rates of every month of the timeline, a random walk around today's order of magnitude."""
    rng = stream(seed, "rates")
    first = np.datetime64(int(FIRST) - 400, "D").astype("datetime64[M]")
    months = np.arange(first, np.datetime64(int(LAST), "D").astype("datetime64[M]") + 1)
    walk = np.exp(np.cumsum(rng.normal(0, 0.012, (len(CURRENCIES), len(months))), axis=1))
    micro = np.rint(np.array(_BASE_RATES)[:, None] * walk * MICRO).astype(np.int64)
    micro[0] = MICRO
    return Rates(months.astype("datetime64[D]").astype(np.int64), micro)


def stock(seed: int, words: Words) -> Columns:
    """Return the products: family, cost, price before and after its one change, end of sale, usual companion."""
    rng = stream(seed, "products")
    n = PRODUCTS
    price = np.rint(np.exp(rng.normal(4.1, 0.9, n)) * 20).astype(np.int64) * 5 + 490  # cents, about 5 to 400 euros
    changed = moment(rng, rng.integers(START - 700, LAST, n))
    changed[rng.random(n) < 0.25] = NEVER
    gone = np.full(n, NEVER)
    gone[[7, 23, 41, 58]] = moment(rng, np.array([START - 500, START - 210, START + 2, START + 60]))
    return {
        "product": np.arange(n),
        "family": np.arange(n) % len(words.families),
        "goods": rng.integers(0, len(words.raw["sales"]["goods"]), n),
        "make": np.arange(n) // len(words.families) % len(words.raw["sales"]["makes"]),
        "cost_cents": (price * rng.integers(35, 75, n)) // 100,
        "price1_cents": price,
        "price2_cents": price * rng.integers(103, 112, n) // 100,
        "price_changed_at": changed,
        "discontinued_at": gone,
        "companion": (np.arange(n) + 6 * rng.integers(1, 5, n) + 1) % n,
        "created_at": moment(rng, np.full(n, FIRST - 200) - rng.integers(0, 200, n)),
    }
