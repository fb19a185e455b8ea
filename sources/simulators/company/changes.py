"""What happens to customers' particulars: they move house, marry, change e-mail or phone; each at most once.

On every day after the start a few customers known to Salesforce change something, however small the company.
"""

from __future__ import annotations

import numpy as np

from sources.simulators.company.people import EMPLOYEE, ORGANIZATION, Plan
from sources.simulators.company.timing import (
    DAY,
    HORIZON_DAYS,
    LAST,
    NEVER,
    START,
    YEAR,
    Columns,
    moment,
    stream,
    within_hours,
)

# mean years until it happens
_MEAN_YEARS = {"moved_at": 9.0, "married_at": 25.0, "email_changed_at": 10.0, "phone_changed_at": 10.0}
_SCHEDULED = ("moved_at", "email_changed_at", "phone_changed_at")


def change_particulars(plan: Plan, people: Columns) -> None:
    """Add the moment of each change (or ``NEVER``) to ``people``, in place."""
    rng = stream(plan.seed, "changes")
    n = len(people["kind"])
    is_organization = people["kind"] == ORGANIZATION
    for name, years in _MEAN_YEARS.items():
        happens = within_hours(people["acquired_at"] + (rng.exponential(years, n) * YEAR).astype(np.int64) + 20 * DAY)
        people[name] = np.where(happens < LAST * DAY, happens, NEVER)
    people["married_at"][~people["is_female"] | is_organization] = NEVER
    for name in ("email_changed_at", "moved_at"):
        people[name][is_organization if name.startswith("email") else people["head"] != np.arange(n)] = NEVER
    people["email_changed_at"][people["shares_email"] | (people["kind"] == EMPLOYEE)] = NEVER
    _schedule(plan, rng, people)


def _schedule(plan: Plan, rng: np.random.Generator, people: Columns) -> None:
    """Let at least two customers change something on each day to come, as far as unchanged ones reach."""
    daily = max(2, plan.customers * 4 // 10_000)
    eligible = people["in_salesforce"] & ~people["is_prospect"] & (people["registered_salesforce"] < START * DAY)
    eligible &= (people["kind"] != ORGANIZATION) & ~people["shares_email"]
    slots = [(name, np.flatnonzero(eligible & (people[name] == NEVER))) for name in _SCHEDULED]
    sort = np.concatenate([np.full(len(who), place) for place, (_, who) in enumerate(slots)])
    who = np.concatenate([who for _, who in slots])
    chosen = rng.permutation(len(who))[: daily * HORIZON_DAYS]
    when = moment(rng, START + 1 + np.arange(len(chosen)) // daily)
    for place, (name, _) in enumerate(slots):
        mine = sort[chosen] == place
        people[name][who[chosen][mine]] = when[mine]
