"""How leads fare: what is known of each, how likely that makes it to convert, and whether and when it does.

The truth is a logit over what a source shows within ten days of a lead's creation: where it came from, its job title,
whether it writes from a company's domain, how often it called, its country; it drifts a little with time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sources.simulators.company.people import EMPLOYEE, ORGANIZATION, PERSON, SALESFORCE, Plan
from sources.simulators.company.records import damage, joined, rows_of
from sources.simulators.company.timing import DAY, LAST, NEVER, START, YEAR, Columns, Ints, moment, stream, within_hours
from sources.simulators.company.words import Words

CALL_DAYS = 10  # in which the calls that tell something come
CONVERTS = (16, 56)  # days after its creation, when a lead converts that does
SOURCES = {"Web": 0.0, "Referral": 0.9, "Trade Show": 0.2, "Advertisement": -0.6, "Partner": 0.6, "Store": -0.2}
TITLES = {
    "Managing Director": 0.8,
    "Head of Purchasing": 0.7,
    "Buyer": 0.3,
    "Office Manager": 0.0,
    "IT Manager": 0.3,
    "Assistant": -0.6,
    "Accountant": -0.2,
    "Engineer": -0.1,
}
COUNTRIES = {"DE": 0.2, "AT": 0.2, "CH": 0.4, "NL": 0.0, "FR": -0.2, "GB": -0.1, "US": -0.4, "SE": 0.0}
INTERCEPT, COMPANY_MAIL, CALL, DRIFT = -2.1, 0.5, 0.55, 0.2  # per call; per year after the start day
_CALLS, _MOST_CALLS = 0.7, 4
_ASKS = 0.85  # share of the other systems' persons who once asked Salesforce's people and are no customers there
_FOR_A_FIRM = 0.4  # share of the prospects who ask for a firm


def keep_leads(plan: Plan, words: Words, people: Columns, records: Columns) -> tuple[Columns, Columns, Columns]:
    """Return all records, the leads' probabilities and outcomes, and the calls that leads made early.

    Added to ``records``: leads of persons known elsewhere, an account and contact for whom conversion makes one, and
    ``lead_firm``, the firm that a prospect asks for (-1: none). A lead that is deleted one day never converts.
    """
    rng = stream(plan.seed, "lead conversion")
    asking = _asking(rng, plan, people)
    records = joined([records, asking])
    lead = np.flatnonzero(records["is_lead"])
    who = records["customer"][lead]
    firm = _firms(rng, people, records, lead)
    records["lead_firm"] = np.full(len(records["customer"]), -1)
    records["lead_firm"][lead] = firm
    calls, count = _calls(rng, records, lead)
    logit = _logit(words, people, records, lead, count)
    probability = 1 / (1 + np.exp(-logit))
    took = rng.integers(*CONVERTS, len(lead)) * DAY
    at = within_hours(records["created_at"][lead] + took)
    before = records["converted_at"][lead]  # who is known to become a contact does so on his day
    at = np.where(before < NEVER, before, at)
    stays = records["ended_at"][lead] == NEVER
    converts = (rng.random(len(lead)) < probability) & stays
    records["converted_at"][lead] = np.where(converts & (at < LAST * DAY), at, NEVER)
    made = lead[converts & (before == NEVER) & (at < LAST * DAY)]
    contacts = rows_of(records["customer"][made], SALESFORCE, records["converted_at"][made], account=True, contact=True)
    damage(plan, people, contacts, "damage of converted leads")
    contacts["lead_firm"] = np.full(len(made), -1)
    leads = {
        "record": lead,
        "customer": who,
        "probability": probability,
        "early_calls": count,
        "converts_at": np.where(converts, at, NEVER),
    }
    return joined([records, contacts]), leads, calls


def _asking(rng: np.random.Generator, plan: Plan, people: Columns) -> Columns:
    """Return leads of persons whom only other systems know as customers."""
    n = len(people["kind"])
    elsewhere = (people["kind"] == PERSON) & ~people["in_salesforce"]
    asked = within_hours(people["acquired_at"] + ((rng.exponential(200, n) - 10) * DAY).astype(np.int64))
    who = np.flatnonzero(elsewhere & (rng.random(n) < _ASKS) & (asked < LAST * DAY))
    rows = rows_of(who, SALESFORCE, asked[who], lead=True)
    damage(plan, people, rows, "damage of later leads")
    return rows


def _firms(rng: np.random.Generator, people: Columns, records: Columns, lead: Ints) -> Ints:
    """Return the firm that some prospects ask for, -1 for everybody else."""
    firms = np.flatnonzero((people["kind"] == ORGANIZATION) & (people["acquired_at"] < START * DAY))
    asks = people["is_prospect"][records["customer"][lead]] & (rng.random(len(lead)) < _FOR_A_FIRM)
    return np.where(asks, firms[rng.integers(0, len(firms), len(lead))], -1)


def _calls(rng: np.random.Generator, records: Columns, lead: Ints) -> tuple[Columns, Ints]:
    """Return the calls of leads soon after their creation, and how many each made."""
    count = np.minimum(rng.poisson(_CALLS, len(lead)), _MOST_CALLS)
    which = np.repeat(np.arange(len(lead)), count)
    since = records["created_at"][lead][which]
    at = moment(rng, since // DAY + rng.integers(1, CALL_DAYS, len(which)))
    heard = at < records["ended_at"][lead][which]
    count = np.bincount(which[heard], minlength=len(lead))
    n = int(heard.sum())
    calls: Columns = {
        "record": lead[which[heard]],
        "happened_at": at[heard],
        "channel": np.full(n, 1),
        "created_at": at[heard],
        "minutes": rng.integers(2, 31, n),
        "is_inbound": np.full(n, True),
        "subject": rng.integers(0, 4, n),
        "purged_at": np.full(n, NEVER),
    }
    return calls, count


def _logit(words: Words, people: Columns, records: Columns, lead: Ints, calls: Ints) -> NDArray[np.float64]:
    """Return the true log-odds of each lead, from what its record shows."""
    who, firm = records["customer"][lead], records["lead_firm"][lead]
    employed = people["kind"][who] == EMPLOYEE
    titled = employed | (firm >= 0)
    private = employed & records["other_email"][lead] & ~records["role_email"][lead]
    company_mail = titled & ~records["lacks_email"][lead] & ~private
    source = np.array([SOURCES[name] for name in words.sources])[people["source"][who]]
    title = np.array([TITLES[name] for name in words.raw["people"]["titles"]])[who % len(TITLES)]
    country = np.array([COUNTRIES[code] for code in words.country])[people["city1"][who]]
    years = (records["created_at"][lead] - START * DAY) / YEAR
    logit: NDArray[np.float64] = (
        INTERCEPT
        + source
        + np.where(titled, title, 0.0)
        + COMPANY_MAIL * company_mail
        + CALL * calls
        + np.where(records["lacks_address"][lead], 0.0, country)
        + DRIFT * years
    )
    return logit
