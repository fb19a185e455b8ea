"""Promotions with a randomized control group: who was in, who was held out, and the extra orders they truly caused."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sources.simulators.company.people import PERSON, Plan
from sources.simulators.company.timing import DAY, NEVER, START, Columns, Ints, stream, within_hours

RUNS = 30  # days
_ECHO = 0.05  # share of the treated that respond without buying for it


class Campaign(NamedTuple):
    """One campaign: when it starts (days from the start day), what it is, whom it reaches and what it truly does.

    ``lift`` is the probability that a treated member places one order more within four weeks than without it.
    """

    start: int
    type: str
    lift: float
    cost_eur: int
    drawn: float = 0.35  # share of the contacts and leads that are members
    control: float = 0.2  # share of the members that are held out


# the later ones follow a promotion closely and cause nothing: orders have paths of several touches, and a way of
# crediting them that credits the last touch is wrong; two of them hold nobody out
CAMPAIGNS = (
    Campaign(-950, "Email", 0.04, 4200),
    Campaign(-760, "Email", 0.06, 5100),
    Campaign(-570, "Email", 0.0, 1500),
    Campaign(-380, "Email", 0.08, 6400),
    Campaign(-190, "Email", 0.05, 3900),
    Campaign(-40, "Email", 0.10, 7200),
    Campaign(20, "Email", 0.07, 5600),
    Campaign(75, "Email", 0.03, 2500),
    Campaign(-935, "Webinar", 0.0, 1800, 0.2),
    Campaign(-745, "Advertisement", 0.0, 2600, 0.2),
    Campaign(-560, "Direct Mail", 0.0, 3300, 0.2, 0.0),
    Campaign(-367, "Telemarketing", 0.0, 2900, 0.2),
    Campaign(-180, "Webinar", 0.0, 1700, 0.2),
    Campaign(-35, "Advertisement", 0.0, 2400, 0.2),
    Campaign(-28, "Direct Mail", 0.0, 3100, 0.2, 0.0),
    Campaign(27, "Webinar", 0.0, 1900, 0.2),
)


def active_at(people: Columns, moments: Ints | int) -> np.ndarray:
    """Return whether each customer is neither gone nor still to come at the moment."""
    gone = (people["churned_at"] <= moments) & (moments < people["came_back_at"])
    return (people["acquired_at"] <= moments) & ~gone


def run_campaigns(plan: Plan, people: Columns, records: Columns) -> tuple[Columns, Ints, Ints, Ints]:
    """Return the members, and customer, moment and campaign of every order caused by a campaign."""
    rng = stream(plan.seed, "campaigns")
    contacts = np.flatnonzero((records["system"] == 0) & records["is_contact"] & (records["survivor"] < 0))
    customers = (people["kind"] == PERSON) & people["in_salesforce"] & ~people["is_prospect"]
    contacts = contacts[customers[records["customer"][contacts]]]
    leads = np.flatnonzero(records["is_lead"] & people["is_prospect"][records["customer"]])
    candidates = np.concatenate([contacts, leads])
    parts, orders = [], []
    for number, campaign in enumerate(CAMPAIGNS):
        begins = (START + campaign.start) * DAY + 8 * 3600
        there = (records["created_at"][candidates] < begins) & (records["ended_at"][candidates] > begins)
        there &= active_at(people, begins)[records["customer"][candidates]]
        record = candidates[there & (rng.random(len(candidates)) < campaign.drawn)]
        n = len(record)
        control = rng.random(n) < campaign.control
        buys = ~control & (rng.random(n) < campaign.lift) & records["is_contact"][record]
        reacts = within_hours(begins + rng.integers(1, 28, n) * DAY + rng.integers(0, DAY, n))
        echo = ~control & (rng.random(n) < _ECHO)
        parts.append(
            {
                "campaign": np.full(n, number),
                "record": record,
                "is_control": control,
                "created_at": np.full(n, begins),
                "responded_at": np.where(buys | echo, reacts, NEVER),
            }
        )
        orders.append((records["customer"][record[buys]], reacts[buys], np.full(int(buys.sum()), number)))
    members = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    customer, moments, caused_by = (np.concatenate(column) for column in zip(*orders, strict=True))
    return members, customer, moments, caused_by
