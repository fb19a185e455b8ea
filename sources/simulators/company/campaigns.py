"""Promotions with a randomized control group: who was in, who was held out, and the extra orders they truly caused."""

from __future__ import annotations

import numpy as np

from sources.simulators.company.people import PERSON, Plan
from sources.simulators.company.timing import DAY, NEVER, START, Columns, Ints, stream, within_hours

STARTS = (-950, -760, -570, -380, -190, -40, 20, 75)  # days from the start day
# the truth: probability that a treated member places one order more within four weeks than without the campaign
LIFTS = (0.04, 0.06, 0.0, 0.08, 0.05, 0.10, 0.07, 0.03)
COSTS_EUR = (4200, 5100, 1500, 6400, 3900, 7200, 5600, 2500)
RUNS = 30  # days
_DRAWN, _CONTROL, _ECHO = 0.35, 0.2, 0.05


def active_at(people: Columns, moments: Ints | int) -> np.ndarray:
    """Return whether each customer is neither gone nor still to come at the moment."""
    gone = (people["churned_at"] <= moments) & (moments < people["came_back_at"])
    return (people["acquired_at"] <= moments) & ~gone


def run_campaigns(plan: Plan, people: Columns, records: Columns) -> tuple[Columns, Ints, Ints, Ints]:
    """Return the members, and customer, moment and campaign of every order caused by a campaign."""
    rng = stream(plan.seed, "campaigns")
    contacts = np.flatnonzero((records["system"] == 0) & records["is_contact"] & (records["survivor"] < 0))
    contacts = contacts[people["kind"][records["customer"][contacts]] == PERSON]
    leads = np.flatnonzero(records["is_lead"] & people["is_prospect"][records["customer"]])
    candidates = np.concatenate([contacts, leads])
    parts, orders = [], []
    for campaign, (offset, lift) in enumerate(zip(STARTS, LIFTS, strict=True)):
        begins = (START + offset) * DAY + 8 * 3600
        there = (records["created_at"][candidates] < begins) & (records["ended_at"][candidates] > begins)
        there &= active_at(people, begins)[records["customer"][candidates]]
        record = candidates[there & (rng.random(len(candidates)) < _DRAWN)]
        n = len(record)
        control = rng.random(n) < _CONTROL
        buys = ~control & (rng.random(n) < lift) & records["is_contact"][record]
        reacts = within_hours(begins + rng.integers(1, 28, n) * DAY + rng.integers(0, DAY, n))
        echo = ~control & (rng.random(n) < _ECHO)
        parts.append(
            {
                "campaign": np.full(n, campaign),
                "record": record,
                "is_control": control,
                "created_at": np.full(n, begins),
                "responded_at": np.where(buys | echo, reacts, NEVER),
            }
        )
        orders.append((records["customer"][record[buys]], reacts[buys], np.full(int(buys.sum()), campaign)))
    members = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    customer, moments, caused_by = (np.concatenate(column) for column in zip(*orders, strict=True))
    return members, customer, moments, caused_by
