"""What else happens between the company and its customers: opportunities, interactions, cases."""

from __future__ import annotations

import numpy as np

from sources.simulators.company.leads import CALL_DAYS
from sources.simulators.company.people import EMPLOYEE, LEGACY, ORGANIZATION, SALESFORCE, SHOP, Plan
from sources.simulators.company.timing import (
    DAY,
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

MEETING = 2
# what a stage means: name, probability in percent, forecast category
STAGES = (
    ("Prospecting", 10, "Pipeline"),
    ("Qualification", 20, "Pipeline"),
    ("Proposal", 50, "BestCase"),
    ("Negotiation", 75, "Forecast"),
    ("Closed Won", 100, "Closed"),
    ("Closed Lost", 0, "Omitted"),
)
WON, LOST = 4, 5


def open_opportunities(plan: Plan, people: Columns, records: Columns, orders: Columns) -> tuple[Columns, Columns]:
    """Return the opportunities and every stage they enter.

    Half of the organizations' orders in Salesforce were won as an opportunity first; as many others are lost.
    """
    rng = stream(plan.seed, "opportunities")
    known = records["created_at"][orders["record"]]
    sold = np.flatnonzero(
        (orders["system"] == SALESFORCE)
        & (people["kind"][orders["customer"]] == ORGANIZATION)
        & (orders["placed_at"] - known > 12 * DAY)
        & (rng.random(len(known)) < 0.5)
    )
    mirror = sold[rng.random(len(sold)) < 0.9]  # lost ones resemble orders that were made, at another time
    basis = np.concatenate([sold, mirror])
    won = np.arange(len(basis)) < len(sold)
    shift = np.where(won, 0, rng.integers(-60, 90, len(basis)) * DAY)
    took = (rng.gamma(3, 14, len(basis)) * DAY).astype(np.int64) + 2 * DAY
    closed = np.where(won, orders["placed_at"][basis], within_hours(orders["placed_at"][basis] + shift))
    created = np.maximum(within_hours(closed - took), known[basis] + 3600)
    closed = np.where(won, closed, np.maximum(closed, created + 2 * DAY))
    by_age = np.argsort(created, kind="stable")
    basis, won, created, closed = basis[by_age], won[by_age], created[by_age], closed[by_age]
    n = len(basis)
    reached = np.where(won, 4, rng.integers(1, 5, n))  # stages passed before the closing one
    opportunity = np.repeat(np.arange(n), reached + 1)
    step = np.arange(len(opportunity)) - np.repeat(np.cumsum(reached + 1) - reached - 1, reached + 1)
    closing = step == reached[opportunity]
    share = (step + 0.5 * rng.random(len(step)) * (step > 0)) / reached[opportunity]
    way = within_hours(created[opportunity] + (share * (closed - created)[opportunity]).astype(np.int64))
    way = np.clip(way, created[opportunity] + 60 * step, closed[opportunity] - 60 * (reached[opportunity] - step))
    stages: Columns = {
        "opportunity": opportunity,
        "step": step,
        "stage": np.where(closing, np.where(won[opportunity], WON, LOST), step),
        "entered_at": np.where(closing, closed[opportunity], np.where(step == 0, created[opportunity], way)),
    }
    opportunities: Columns = {
        "basis_order": basis,
        "is_won": won,
        "created_at": created,
        "closed_at": closed,
        "planned_close_at": created + 60 * DAY,
    }
    return opportunities, stages


def _spread(rng: np.random.Generator, since: Ints, until: Ints, rate: np.ndarray) -> tuple[Ints, Ints]:
    """Return row and moment of a Poisson stream of ``rate`` a year on each row's span."""
    span = np.maximum(0, until - since - 7200)
    row = np.repeat(np.arange(len(span)), rng.poisson(rate * span / YEAR))
    at = within_hours(since[row] + 7200 + (rng.random(len(row)) * span[row]).astype(np.int64))
    return row, np.maximum(at, since[row] + 60)


def _reachable(people: Columns, records: Columns) -> tuple[Ints, Ints, Ints]:
    """Return the records that are dealt with, and from when to when."""
    rows = np.flatnonzero(
        (records["system"] != SHOP)
        & (records["survivor"] < 0)
        & (records["is_contact"] | records["is_lead"] | (records["system"] == LEGACY))
    )
    who = records["customer"][rows]
    until = np.minimum(people["churned_at"][who] + 60 * DAY, LAST * DAY)
    until = np.minimum(np.minimum(until, records["ended_at"][rows] - DAY), records["converted_at"][rows])
    since = records["created_at"][rows] + np.where(records["is_lead"][rows], (CALL_DAYS + 1) * DAY, 0)
    return rows, since, until


def interact(plan: Plan, people: Columns, records: Columns, calls: Columns) -> Columns:
    """Return every e-mail, call, meeting and chat (channel 0-3), oldest first; some are planned days ahead.

    Args:
        calls: what leads made of themselves soon after their creation; all others come later.
    """
    rng = stream(plan.seed, "interactions")
    rows, since, until = _reachable(people, records)
    kind = people["kind"][records["customer"][rows]]
    rate = np.where(records["system"][rows] == LEGACY, 0.8, np.where(kind == EMPLOYEE, 2.5, 1.1))
    row, at = _spread(rng, since, until, rate)
    by_age = np.argsort(at, kind="stable")
    record, at = rows[row[by_age]], at[by_age]
    n = len(record)
    favourite = (records["customer"][record] * 7919) % 4
    channel = np.where(rng.random(n) < 0.6, favourite, rng.integers(0, 4, n))
    planned = (rng.random(n) < 0.15) & (at - records["created_at"][record] > 6 * DAY)
    purged = np.full(n, NEVER)
    past = np.flatnonzero((at < START * DAY) & (records["system"][record] == SALESFORCE) & (channel != MEETING))
    doomed = rng.permutation(past)[: plan.incidents * HORIZON_DAYS]
    purged[doomed] = moment(rng, START + 1 + np.arange(len(doomed)) // plan.incidents)
    usual = {
        "record": record,
        "happened_at": at,
        "channel": channel,
        "created_at": np.where(planned, at - 2 * DAY, at),
        "minutes": np.where(channel == MEETING, rng.integers(2, 9, n) * 15, rng.integers(1, 31, n)),
        "is_inbound": rng.random(n) < 0.4,
        "subject": rng.integers(0, 4, n),
        "purged_at": purged,
    }
    both = {name: np.concatenate([usual[name], calls[name]]) for name in usual}
    by_age = np.argsort(both["happened_at"], kind="stable")
    return {name: values[by_age] for name, values in both.items()}


def complain(plan: Plan, people: Columns, records: Columns) -> Columns:
    """Return every case, oldest first; a few are spam and deleted the next day."""
    rng = stream(plan.seed, "cases")
    rows, since, until = _reachable(people, records)
    mine = records["is_contact"][rows]
    rows, since, until = rows[mine], since[mine], until[mine]
    row, at = _spread(rng, since, until, np.full(len(rows), 0.25))
    by_age = np.argsort(at, kind="stable")
    record, at = rows[row[by_age]], at[by_age]
    n = len(record)
    worked = within_hours(at + (1 + rng.integers(0, 2, n)) * DAY)
    closed = within_hours(worked + (rng.exponential(4, n) * DAY).astype(np.int64) + DAY)
    spam = rng.random(n) < 0.02
    return {
        "record": record,
        "opened_at": at,
        "worked_at": np.where(spam, NEVER, worked),
        "closed_at": np.where(spam, NEVER, closed),
        "deleted_at": np.where(spam, worked, NEVER),
        "type": rng.integers(0, 3, n),
        "origin": rng.integers(0, 4, n),
        "priority": rng.integers(0, 3, n),
    }
