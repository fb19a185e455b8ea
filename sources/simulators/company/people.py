"""Who the customers are: persons, organizations and their employees, with the hazards they live under.

Numbers only; names and addresses are spelled out from them in ``sql/customers.sql``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sources.simulators.company.timing import (
    DAY,
    FIRST,
    HORIZON_DAYS,
    LAST,
    NEVER,
    START,
    YEAR,
    Columns,
    Ints,
    moment,
    stream,
    within_hours,
)
from sources.simulators.company.words import Words

PERSON, ORGANIZATION, EMPLOYEE = 0, 1, 2
SALESFORCE, LEGACY, SHOP = 0, 1, 2
COME_BACK_PROBABILITY = 0.2
# what one newborn customer of a day is, by position: kind, prospect, first system (-1: drawn)
_NEWBORN = (
    (PERSON, False, SALESFORCE),
    (PERSON, False, SHOP),
    (PERSON, True, SALESFORCE),
    (PERSON, False, LEGACY),
    (EMPLOYEE, False, SALESFORCE),
    (PERSON, False, -1),
    (ORGANIZATION, False, SALESFORCE),
    (PERSON, False, -1),
    (PERSON, True, SALESFORCE),
    (PERSON, False, -1),
)


@dataclass(frozen=True)
class Plan:
    """The size of the company: customers on the start day, and how many join on each later day."""

    seed: int
    customers: int

    @property
    def newborns(self) -> int:
        """Customers who join on each day after the start."""
        return max(5, -(-self.customers * 12 // 10_000))

    @property
    def incidents(self) -> int:
        """Merges, deletions and purges on each day after the start, of each sort."""
        return max(1, self.customers * 2 // 10_000)


def _kinds(plan: Plan) -> tuple[Ints, NDArray[np.bool_], Ints, Ints]:
    """Return kind, is_prospect, first system (-1: drawn) and day of arrival of every customer ever."""
    rng = stream(plan.seed, "kinds")
    drawn = rng.random(plan.customers)
    kind = np.where(drawn < 0.70, PERSON, np.where(drawn < 0.80, ORGANIZATION, EMPLOYEE))
    kind[: max(1, plan.customers // 200)] = ORGANIZATION  # an employee always finds an older employer
    arrived = np.sort(START - (START - FIRST) * rng.random(plan.customers) ** 1.3).astype(np.int64)
    day, place = np.divmod(np.arange(HORIZON_DAYS * plan.newborns), plan.newborns)
    row = np.where(place < 4, place, 4 + (day + place) % (len(_NEWBORN) - 4))
    newborn = np.array(_NEWBORN, dtype=np.int64)[row]
    prospect = (kind == PERSON) & (rng.random(plan.customers) < 0.11)
    return (
        np.concatenate([kind, newborn[:, 0]]),
        np.concatenate([prospect, newborn[:, 1].astype(bool)]),
        np.concatenate([np.full(plan.customers, -1), newborn[:, 2]]),
        np.concatenate([arrived, START + 1 + day]),
    )


def _faces(rng: np.random.Generator, words: Words, people: Columns) -> None:
    """Draw names, addresses before and after a move, and households that share a name, a home and maybe a mailbox."""
    n = len(people["kind"])
    people["is_female"] = rng.random(n) < 0.5
    sizes = {"first": len(words.male), "last": len(words.last), "married": len(words.last), "stem": len(words.stems)}
    sizes |= {"branch": len(words.branches), "form": len(words.forms), "other_mail": 8, "mail": 8}
    for name, size in sizes.items():
        people[name] = rng.integers(0, size, n)
    for home in ("1", "2"):
        people["city" + home] = words.draw_cities(rng, n)
        people["street" + home] = rng.integers(0, 40, n)
        people["house" + home] = rng.integers(1, 120, n)
        people["zip" + home] = rng.integers(0, 1000, n)
    people["city2"] = np.where(
        words.country[people["city2"]] == words.country[people["city1"]], people["city2"], people["city1"]
    )  # people move, but their currency stays
    people["born"] = FIRST - rng.integers(18 * 365, 75 * 365, n)
    head = np.arange(n) - 1
    follows = (people["kind"] == PERSON) & (people["kind"][head] == PERSON) & (rng.random(n) < 0.05)
    follows[0] = False
    follows &= ~follows[head]
    people["head"] = np.where(follows, head, np.arange(n))
    for name in ("last", "city1", "street1", "house1", "zip1", "city2"):
        people[name] = people[name][people["head"]]
    people["shares_email"] = follows & (rng.random(n) < 0.5)


def _hazards(rng: np.random.Generator, people: Columns) -> None:
    """Draw each customer's purchase rate, churn date, come-back and goods-return probability."""
    kind, acquired = people["kind"], people["acquired_at"]
    n = len(kind)
    people["rate"] = rng.gamma(0.9, 1.0, n) * np.array([1.45, 4.0, 0.9])[kind]  # orders a year while active
    people["hazard"] = rng.gamma(1.5, 1.0, n) * np.array([0.25, 0.09, 0.2])[kind]  # of leaving, a year
    churned = acquired + DAY + (np.minimum(rng.exponential(1.0, n) / people["hazard"], 100.0) * YEAR).astype(np.int64)
    back = churned + 90 * DAY + (rng.exponential(150, n) * DAY).astype(np.int64)
    returns = rng.random(n) < COME_BACK_PROBABILITY
    people["leaves_at"], people["returns_at"] = churned, np.where(returns, back, NEVER)  # beyond the calendar as well
    people["churned_at"] = np.where(churned < LAST * DAY, churned, NEVER)
    people["came_back_at"] = np.where(returns & (back < LAST * DAY), back, NEVER)
    people["goods_return_rate"] = rng.beta(1.2, 16, n)


def _employers(rng: np.random.Generator, people: Columns) -> None:
    """Give each employee an employer in Salesforce, and some of them a later one or a last day."""
    employees = np.flatnonzero(people["kind"] == EMPLOYEE)
    firms = np.flatnonzero((people["kind"] == ORGANIZATION) & (people["acquired_at"] < START * DAY))
    people["in_salesforce"][firms[: max(1, len(firms) // 2)]] = True
    firms = firms[people["in_salesforce"][firms]]
    people["first_system"][firms] = SALESFORCE  # its employees' contacts need the account
    n = len(people["kind"])
    for name in ("employer", "next_employer"):
        people[name] = np.full(n, -1)
        people[name][employees] = firms[rng.integers(0, len(firms), len(employees))]
    acquired = people["acquired_at"]
    acquired[employees] = np.maximum(acquired[employees], acquired[people["employer"][employees]] + 3600)
    change = within_hours(acquired + (rng.exponential(3.0, n) * YEAR).astype(np.int64) + 30 * DAY)
    known = change > acquired[people["next_employer"]] + DAY
    moves = (people["kind"] == EMPLOYEE) & known & (rng.random(n) < 0.6)
    people["job_changed_at"] = np.where(moves, change, NEVER)


def _systems(rng: np.random.Generator, first: Ints, people: Columns) -> None:
    """Draw in which systems each customer is known: ``in_<system>``, at least one, and the first of them."""
    kind, n = people["kind"], len(first)
    shares = np.array([[0.58, 0.36, 0.42], [0.80, 0.45, 0.0], [1.0, 0.05, 0.08]])[kind]
    shares[people["is_prospect"]] = (1.0, 0.12, 0.0)
    known = rng.random((n, 3)) < shares
    known[np.arange(n)[first >= 0], first[first >= 0]] = True
    known[~known.any(axis=1), SALESFORCE] = True
    drawn = np.where(known, rng.random((n, 3)), -1.0)
    people["first_system"] = np.where(first >= 0, first, np.where(kind == EMPLOYEE, 0, drawn.argmax(axis=1)))
    for system, name in enumerate(("in_salesforce", "in_legacy", "in_shop")):
        people[name] = known[:, system]


def _registrations(rng: np.random.Generator, people: Columns) -> None:
    """Draw when each system first heard of each customer: the first system at once, the others up to years later."""
    n = len(people["kind"])
    for system, name in enumerate(("salesforce", "legacy", "shop")):
        later = within_hours(people["acquired_at"] + (rng.exponential(240, n) * DAY).astype(np.int64) + DAY)
        known = np.where(people["first_system"] == system, people["acquired_at"], later)
        people["registered_" + name] = np.where(people["in_" + name], known, NEVER)


def populate(plan: Plan, words: Words) -> Columns:
    """Return every customer of the whole timeline, ordered by arrival; row number is the truth customer number."""
    kind, prospect, first, arrived = _kinds(plan)
    rng = stream(plan.seed, "people")
    people: Columns = {"kind": kind, "is_prospect": prospect, "acquired_at": moment(rng, arrived)}
    people["source"] = rng.integers(0, len(words.sources), len(kind))
    _faces(rng, words, people)
    _systems(stream(plan.seed, "systems"), first, people)
    _employers(stream(plan.seed, "employers"), people)
    _hazards(stream(plan.seed, "hazards"), people)
    _registrations(stream(plan.seed, "registrations"), people)
    return people
