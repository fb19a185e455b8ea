"""Which records each system keeps of a customer, and in what shape: duplicates, leads, damage, merges, deletions.

One row per record ever kept, in any system. A record shows the customer's particulars as its system learned them;
``sql/faces.sql`` spells that out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sources.simulators.company.people import EMPLOYEE, LEGACY, ORGANIZATION, PERSON, SALESFORCE, SHOP, Plan
from sources.simulators.company.timing import (
    DAY,
    HORIZON_DAYS,
    NEVER,
    START,
    Columns,
    Ints,
    moment,
    stream,
    within_hours,
)

SURVIVES, MERGED, SOFT_DELETED = 0, 1, 2
CHANGES = ("moved_at", "married_at", "email_changed_at", "phone_changed_at")
_LEARNS = (1.0, 0.5, 1.0)  # share of records whose system hears of a change, by system
_PURGE_AFTER = 15 * DAY  # Salesforce empties its recycle bin


def rows_of(
    who: Ints,
    system: int,
    created: Ints,
    *,
    account: bool = False,
    contact: bool = False,
    lead: bool = False,
    converted: Ints | None = None,
) -> Columns:
    """Return records of ``who`` that live for ever and are nobody's duplicate."""
    n = len(who)
    return {
        "customer": who,
        "system": np.full(n, system),
        "created_at": created,
        "survivor": np.full(n, -1),
        "ended_at": np.full(n, NEVER),
        "ending": np.full(n, SURVIVES),
        "purged_at": np.full(n, NEVER),
        "is_account": np.full(n, account),
        "is_contact": np.full(n, contact),
        "is_lead": np.full(n, lead),
        "converted_at": np.full(n, NEVER) if converted is None else converted,
    }


def joined(parts: list[Columns]) -> Columns:
    """Stack records."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _primary(plan: Plan, people: Columns) -> list[Columns]:
    """Return the first record of each customer in each system, and the leads."""
    rng = stream(plan.seed, "leads")
    kind, registered = people["kind"], people["registered_salesforce"]
    known = people["in_salesforce"] & ~people["is_prospect"]
    who = {sort: np.flatnonzero(known & (kind == sort)) for sort in (PERSON, ORGANIZATION, EMPLOYEE)}
    converted = np.flatnonzero(known & (kind != ORGANIZATION) & (rng.random(len(kind)) < 0.12) & (registered < NEVER))
    before = within_hours(registered[converted] - (16 + rng.integers(0, 40, len(converted))) * DAY)
    prospects = np.flatnonzero(people["is_prospect"])
    legacy, shop = np.flatnonzero(people["in_legacy"]), np.flatnonzero(people["in_shop"])
    return [
        rows_of(who[PERSON], SALESFORCE, registered[who[PERSON]], account=True, contact=True),
        rows_of(who[ORGANIZATION], SALESFORCE, registered[who[ORGANIZATION]], account=True),
        rows_of(who[EMPLOYEE], SALESFORCE, registered[who[EMPLOYEE]], contact=True),
        rows_of(converted, SALESFORCE, before, lead=True, converted=registered[converted]),
        rows_of(prospects, SALESFORCE, people["acquired_at"][prospects], lead=True),
        rows_of(legacy, LEGACY, people["registered_legacy"][legacy]),
        rows_of(shop, SHOP, people["registered_shop"][shop]),
    ]


def _duplicates(plan: Plan, rng: np.random.Generator, primary: Columns, originals: Ints) -> Columns:
    """Return second records of some customers: past ones, most merged, and on each later day one merged or deleted.

    Args:
        originals: rows of ``primary`` that may be duplicated, at most once each.
    """
    old = originals[primary["created_at"][originals] < (START - 3) * DAY]
    drawn = rng.permutation(old)
    scheduled = drawn[: plan.incidents * HORIZON_DAYS]
    past = drawn[len(scheduled) :][: max(2, len(old) * 3 // 100)]
    twins = np.concatenate([scheduled, past])
    day = START + 1 + np.arange(len(scheduled)) // plan.incidents
    since = primary["created_at"][past]
    made = within_hours(since + ((START * DAY - since) * rng.random(len(past))).astype(np.int64) + DAY)
    created = np.concatenate([moment(rng, day - 1), made])
    merged = np.where(rng.random(len(past)) < 0.5, within_hours(made + rng.integers(2, 400, len(past)) * DAY), NEVER)
    rows = rows_of(primary["customer"][twins], 0, created)
    for name in ("system", "is_account", "is_contact"):
        rows[name] = primary[name][twins]
    rows["survivor"], rows["ended_at"] = twins, np.concatenate([moment(rng, day), merged])
    rows["ending"] = np.full(len(twins), MERGED)
    return rows


def _end_leads(plan: Plan, rng: np.random.Generator, people: Columns, records: Columns) -> None:
    """Delete some prospects' leads on each later day and a few before; the bin is emptied 15 days after."""
    leads = np.flatnonzero(records["is_lead"] & people["is_prospect"][records["customer"]])
    leads = leads[np.argsort(records["created_at"][leads], kind="stable")]
    first = max(0, int((records["created_at"][leads] < START * DAY).sum()) - 10 * plan.incidents)
    doomed = leads[first : first + plan.incidents * HORIZON_DAYS]
    records["ended_at"][doomed] = moment(rng, START + 1 + np.arange(len(doomed)) // plan.incidents)
    old = leads[:first][rng.random(first) < 0.08]
    records["ended_at"][old] = within_hours(records["created_at"][old] + rng.integers(3, 300, len(old)) * DAY)
    for rows in (doomed, old):
        records["ending"][rows] = SOFT_DELETED
        records["purged_at"][rows] = records["ended_at"][rows] + _PURGE_AFTER


def damage(plan: Plan, people: Columns, records: Columns, topic: str = "damage") -> None:
    """Draw how each record distorts its customer; a fifth are sloppy throughout, duplicates always are a bit."""
    rng = stream(plan.seed, topic)
    n, system = len(records["customer"]), records["system"]
    twin = records["survivor"] >= 0
    sloppy = (rng.random(n) < np.array([0.08, 0.28, 0.16])[system]) & ~twin

    def happens(usual: tuple[float, float, float], when_sloppy: float) -> NDArray[np.bool_]:
        return rng.random(n) < np.where(sloppy, when_sloppy, np.array(usual)[system])

    records["has_typo"] = happens((0.03, 0.05, 0.03), 0.35) | (twin & (rng.random(n) < 0.3))
    records["uses_nickname"] = happens((0.04, 0.08, 0.08), 0.45) | (twin & (rng.random(n) < 0.3))
    records["is_swapped"] = happens((0.01, 0.03, 0.01), 0.10)
    records["is_upper"] = happens((0.01, 0.08, 0.03), 0.15)
    records["lacks_email"] = happens((0.10, 0.18, 0.0), 0.35) & (system != SHOP)  # the shop lets nobody order without
    records["other_email"] = happens((0.04, 0.08, 0.06), 0.70) & ~twin
    records["lacks_phone"] = happens((0.10, 0.14, 0.18), 0.40)
    records["placeholder_phone"] = happens((0.02, 0.04, 0.03), 0.20)
    records["other_phone"] = happens((0.04, 0.06, 0.05), 0.70) & ~twin
    records["lacks_address"] = happens((0.07, 0.05, 0.0), 0.15)
    records["phone_format"] = rng.integers(0, 6, n)
    records["role_email"] = (people["kind"][records["customer"]] == EMPLOYEE) & (rng.random(n) < 0.06)
    records["learns"] = (rng.random(n) < np.array(_LEARNS)[system]) & ~twin
    lag = np.where(system == LEGACY, rng.integers(1, 60, n) * DAY, 0)
    for name in CHANGES:  # what happened before the record was made is in it; later changes only if it learns of them
        happened = people[name][records["customer"]]
        heard = np.where(records["learns"] & (happened < NEVER), happened + lag, NEVER)
        records[name] = np.where(happened <= records["created_at"], records["created_at"], heard)


def keep_records(plan: Plan, people: Columns) -> Columns:
    """Return every record of the whole timeline; ``survivor`` is the row a duplicate is a duplicate of."""
    parts = joined(_primary(plan, people))
    rng = stream(plan.seed, "duplicates")
    made = parts["created_at"] < NEVER
    person = (people["kind"][parts["customer"]] == PERSON) & ~people["is_prospect"][parts["customer"]]
    in_salesforce = np.flatnonzero(made & person & parts["is_account"])
    in_legacy = np.flatnonzero(made & (parts["system"] == LEGACY))
    twins = [_duplicates(plan, rng, parts, in_salesforce), _duplicates(plan, rng, parts, in_legacy)]
    twins[1]["ending"][::3] = SOFT_DELETED  # the legacy system sometimes deletes a duplicate instead of merging it
    records = joined([parts, *twins])
    _end_leads(plan, rng, people, records)
    damage(plan, people, records)
    return records
