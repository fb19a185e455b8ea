"""Who pays by the month: contracts of the legacy CRM, their amounts over time and when they end.

A holder leaves at each monthly renewal with a probability of his own, drawn from a beta distribution: the
shifted-beta-geometric model is true of this company (Fader and Hardie, "How to Project Customer Retention", 2007).
"""

from __future__ import annotations

import numpy as np

from sources.simulators.company.catalog import CURRENCIES, PRODUCTS
from sources.simulators.company.people import LEGACY, ORGANIZATION, PERSON, Plan
from sources.simulators.company.timing import DAY, LAST, NEVER, Columns, Ints, moment, stream, within_hours
from sources.simulators.company.words import Words

LEAVING = (0.9, 14.0)  # beta distribution of the probability to leave at a renewal
_HOLDS = {ORGANIZATION: 0.55, PERSON: 0.35}  # share of the legacy CRM's customers with a contract: a quarter of firms
_COMES_BACK = 0.25
_RAISED, _LOWERED = 0.035, 0.015  # probability of another amount, at each renewal
_MONTHS = 60  # renewals that can change an amount: more than the calendar has
_NEVER_MONTH = 2_000


def _month_later(start: Ints, months: Ints) -> Ints:
    """Return the day (since 1970) that many months after ``start``, whose day of the month is at most 28."""
    first = start.astype("datetime64[D]").astype("datetime64[M]")
    day = start - first.astype("datetime64[D]").astype(np.int64)
    return (first + months).astype("datetime64[D]").astype(np.int64) + day


def _started(days: Ints) -> Ints:
    """Return the same days, moved back to the 28th where the month has more."""
    first = days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.minimum(days, first + 27)


def _holders(rng: np.random.Generator, people: Columns, records: Columns) -> tuple[Ints, Ints]:
    """Return the legacy record of each holder and the day of his first contract."""
    mine = np.flatnonzero((records["system"] == LEGACY) & (records["survivor"] < 0) & (records["created_at"] < NEVER))
    who = records["customer"][mine]
    share = np.select([people["kind"][who] == kind for kind in _HOLDS], list(_HOLDS.values()), 0.0)
    holds = (rng.random(len(mine)) < share) & ~people["is_prospect"][who]
    since = records["created_at"][mine] // DAY + 1 + (rng.exponential(120, len(mine))).astype(np.int64)
    chosen = np.flatnonzero(holds & (since < LAST))
    return mine[chosen], _started(since[chosen])


def _amounts(rng: np.random.Generator, first: Ints) -> Ints:
    """Return the monthly amount at each renewal, shape (contract, month); the first column is the first amount."""
    drawn = rng.random((len(first), _MONTHS))
    factor = np.where(
        drawn < _RAISED, 1.15 + 0.5 * rng.random(drawn.shape), np.where(drawn < _RAISED + _LOWERED, 0.7, 1.0)
    )
    factor[:, 0] = 1.0
    return np.rint(first[:, None] * np.cumprod(factor, axis=1) / 100).astype(np.int64) * 100


def sign_contracts(plan: Plan, words: Words, people: Columns, records: Columns) -> tuple[Columns, Columns]:
    """Return the contracts, oldest first, and every monthly amount they ever had, in cents of the holder's currency.

    A contract's ``ends_at`` is the renewal at which it stops; the future is generated to the end of the calendar, and
    ``NEVER`` is later than any date worth writing. Amounts have ``contract``, ``since_at`` and ``monthly_cents``.
    """
    rng = stream(plan.seed, "contracts")
    record, start = _holders(rng, people, records)
    leaving = rng.beta(*LEAVING, len(record))
    months = np.minimum(rng.geometric(leaving), _NEVER_MONTH)
    end = _month_later(start, months)
    back = _started(end + 60 + rng.exponential(90, len(record)).astype(np.int64))
    returns = (rng.random(len(record)) < _COMES_BACK) & (back < LAST)
    again = np.minimum(rng.geometric(leaving), _NEVER_MONTH)
    record, leaving = np.concatenate([record, record[returns]]), np.concatenate([leaving, leaving[returns]])
    start = np.concatenate([start, back[returns]])
    months = np.concatenate([months, again[returns]])
    by_age = np.argsort(start, kind="stable")
    record, leaving, start, months = record[by_age], leaving[by_age], start[by_age], months[by_age]
    n = len(record)
    who = records["customer"][record]
    scale = np.where(people["kind"][who] == ORGANIZATION, 12_000, 1_900)
    amounts = _amounts(rng, np.rint(scale * np.exp(rng.normal(0, 0.5, n))).astype(np.int64))
    signed = moment(rng, start)
    end = _month_later(start, months)
    contracts = {
        "contract": np.arange(n),
        "record": record,
        "product": rng.integers(0, PRODUCTS, n),
        "currency": np.array([CURRENCIES.index(c) for c in words.currency])[people["city1"][who]],
        "leaving_probability": leaving,
        "starts_at": signed,
        "ends_at": np.where(months < _NEVER_MONTH, within_hours(end * DAY + signed % DAY), NEVER),
    }
    return contracts, _changes(contracts, amounts, start, months)


def _changes(contracts: Columns, amounts: Ints, start: Ints, months: Ints) -> Columns:
    """Return one row per contract and amount: from its first renewal with it on."""
    changed = np.ones(amounts.shape, dtype=bool)
    changed[:, 1:] = amounts[:, 1:] != amounts[:, :-1]
    changed &= np.arange(_MONTHS) < months[:, None]
    contract, month = np.nonzero(changed)
    since = _month_later(start[contract], month) * DAY + contracts["starts_at"][contract] % DAY
    return {"contract": contract, "since_at": since, "monthly_cents": amounts[contract, month]}
