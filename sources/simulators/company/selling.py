"""Who sells: users and their managers over time, who owns which account and deal, quotas, and firms that own firms."""

from __future__ import annotations

import numpy as np

from sources.simulators.company.people import ORGANIZATION, Plan
from sources.simulators.company.timing import (
    DAY,
    FIRST,
    LAST,
    NEVER,
    START,
    Columns,
    Ints,
    moment,
    stream,
    within_hours,
)

# day from the start day, whose team moves, and to whom: the first lies in the past, the second in the days to come
REORGANISATIONS = ((-180, 2, 3), (4, 1, 2))
JOINED = (FIRST - 300) * DAY + 36_000
HANDED_OVER = 0.15  # share of the deals whose owner changes while they are open
_REASSIGNED = 0.15  # share of the firms whose owner changes once
_LEVELS = (0.75, 0.93)  # firms that belong to nobody, and those below one of them; the rest is on the third level
_QUARTER = 3


def team_size(customers: int) -> int:
    """Return how many users the company has."""
    return int(np.clip(customers // 200, 8, 400))


def managements(customers: int) -> Columns:
    """Return one row per user and manager (-1: none), from ``since_at`` to ``until_at``."""
    user = np.arange(team_size(customers))
    boss = np.where(user == 0, -1, np.where(user < 4, 0, 1 + user % 3))
    since = np.full(len(user), JOINED)
    ended: list[Columns] = []
    for offset, old, new in REORGANISATIONS:
        moves, at = (user >= 4) & (boss == old), (START + offset) * DAY + 9 * 3600
        n = int(moves.sum())
        ended.append({"user": user[moves], "boss": boss[moves], "since_at": since[moves], "until_at": np.full(n, at)})
        boss, since = np.where(moves, new, boss), np.where(moves, at, since)
    now = {"user": user, "boss": boss, "since_at": since, "until_at": np.full(len(user), NEVER)}
    return {name: np.concatenate([part[name] for part in (*ended, now)]) for name in now}


def other_user(user: Ints, salt: Ints, team: int) -> Ints:
    """Return another user than ``user`` for each, the same for the same ``salt``."""
    return (user + 1 + salt % (team - 1)) % team


def own_accounts(plan: Plan, people: Columns) -> None:
    """Add to ``people`` who owns each customer's account, the one change of firms' owners, and the firm above."""
    rng = stream(plan.seed, "account owners")
    n, team = len(people["kind"]), team_size(plan.customers)
    firms = people["kind"] == ORGANIZATION
    known = people["registered_salesforce"]
    happens = within_hours(known + (rng.random(n) * np.maximum(0, LAST * DAY - known)).astype(np.int64) + 5 * DAY)
    changes = firms & (rng.random(n) < _REASSIGNED) & (happens < LAST * DAY)
    people["owner"] = np.arange(n) % team
    people["next_owner"] = other_user(people["owner"], np.arange(n), team)
    people["reassigned_at"] = np.where(changes, happens, NEVER)
    people["parent_firm"], people["parent_since_at"] = _firms_above(plan, people)


def _firms_above(plan: Plan, people: Columns) -> tuple[Ints, Ints]:
    """Return the firm each firm belongs to, always an older one, and since when; the two oldest own each other."""
    rng = stream(plan.seed, "firms above")
    known = people["registered_salesforce"]
    firms = np.flatnonzero((people["kind"] == ORGANIZATION) & (known < NEVER))
    firms = firms[np.argsort(known[firms], kind="stable")]
    place, level = np.arange(len(firms)), np.digitize(rng.random(len(firms)), _LEVELS)
    level[:2] = -1
    above, luck = np.full(len(firms), -1), rng.random(len(firms)) ** 2  # older ones own more
    for step in (1, 2):
        owners = np.flatnonzero(level == step - 1)
        older = np.searchsorted(owners, place)
        chosen = (level == step) & (older > 0)
        above[chosen] = owners[(luck * older).astype(np.int64)[chosen]]
    above[:2] = (1, 0)
    parent, since = np.full(len(known), -1), np.full(len(known), NEVER)
    parent[firms] = firms[above]
    parent[firms[above < 0]] = -1
    since[firms] = known[firms]
    since[firms[0]] = known[firms[1]] + 3600
    return parent, since


def own_deals(plan: Plan, people: Columns, customer: Ints, opportunities: Columns) -> None:
    """Add to ``opportunities`` the owner, the next one, and when a deal changes hands: while it is open, or never."""
    rng = stream(plan.seed, "deal owners")
    n, team = len(customer), team_size(plan.customers)
    created, closed = opportunities["created_at"], opportunities["closed_at"]
    at = within_hours(created + ((closed - created) * rng.random(n)).astype(np.int64))
    changes = (rng.random(n) < HANDED_OVER) & (at > created) & (at < closed)
    opportunities["owner"] = people["owner"][customer]
    opportunities["next_owner"] = other_user(opportunities["owner"], rng.integers(0, team, n), team)
    opportunities["handed_over_at"] = np.where(changes, at, NEVER)


def set_quotas(plan: Plan, opportunities: Columns, euro_cents: Ints) -> Columns:
    """Return what each user is to sell in each quarter, in whole hundreds of euro.

    Args:
        euro_cents: what each opportunity is worth; quotas follow what is won in an average quarter.
    """
    rng = stream(plan.seed, "quotas")
    first = np.datetime64(int(FIRST), "D").astype("datetime64[M]")
    first -= first.astype(np.int64) % _QUARTER
    quarters = np.arange(first, np.datetime64(int(LAST), "D").astype("datetime64[M]") + 1, _QUARTER)
    starts = quarters.astype("datetime64[D]").astype(np.int64)
    team = team_size(plan.customers)
    user, quarter = (index.ravel() for index in np.indices((team, len(starts))))
    usual = euro_cents[opportunities["is_won"]].sum() / 100 / team / len(starts)
    growth = np.linspace(0.7, 1.4, len(starts))[quarter]
    amount = np.maximum(usual, 100) * growth * np.exp(rng.normal(0, 0.25, len(user)))
    set_at = moment(rng, starts[quarter] - rng.integers(3, 20, len(user)))
    by_age = np.argsort(set_at, kind="stable")
    columns = {
        "user": user,
        "starts_at": starts[quarter] * DAY,
        "ends_at": (quarters + _QUARTER).astype("datetime64[D]").astype(np.int64)[quarter] * DAY,
        "amount_eur": np.maximum(1, np.rint(amount / 100).astype(np.int64)) * 100,
        "created_at": set_at,
    }
    return {name: values[by_age] for name, values in columns.items()}
