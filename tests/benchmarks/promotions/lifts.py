"""Synthetic companies, as the computations about campaigns read them, and the true effects beside.

Every order placed counts here, those later cancelled or returned too: the truth is about placing orders.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analytics import promotions
from pipelines.analytics.runs import MemoryModels, Run
from sources.simulators.company.campaigns import CAMPAIGNS, run_campaigns
from sources.simulators.company.changes import change_particulars
from sources.simulators.company.leads import keep_leads
from sources.simulators.company.people import Plan, populate
from sources.simulators.company.purchases import place_orders
from sources.simulators.company.records import keep_records
from sources.simulators.company.timing import DAY, LAST
from sources.simulators.company.words import load_words

LIFTS = np.array([campaign.lift for campaign in CAMPAIGNS])
AS_OF = date(1970, 1, 1) + timedelta(days=LAST)
_TABLES = """
    create schema core; create schema seeds;
    create table seeds.promotion_windows (window_name varchar, days integer);
    create table core.fct_campaign_touches as
        select customer::varchar as customer_id, campaign::varchar as campaign_id, is_control, true as is_counted,
            date '1970-01-01' + day::integer as touched_date
        from members where not is_control or {with_control};
    create table core.fct_orders as
        select customer::varchar as customer_id, date '1970-01-01' + day::integer as order_date, true as is_counted,
            10.00::decimal(18, 2) as order_reporting_amount, 4.00::decimal(18, 2) as margin_reporting_amount
        from orders;
    create table core.dim_campaigns as
        select distinct campaign::varchar as campaign_id, false as is_deleted from members;
    create table core.dim_customers as
        select customer::varchar as customer_id, date '1970-01-01' + day::integer as first_seen_at,
            case kind when 1 then 'organization' else 'person' end as customer_type
        from people where day <= {last};
"""


@dataclass(frozen=True)
class Covered:
    """Whether an interval holds the truth, per seed: hits by what was measured, and how many could be."""

    hits: Counter[str]
    measured: Counter[str]
    widths: dict[str, list[float]]


def company(seed: int, customers: int, *, with_control: bool) -> tuple[duckdb.DuckDBPyConnection, Any]:
    """Return the core of a company, and its members as numpy columns with ``is_contact``.

    Without control its rows are missing from the list of members, as if nobody had been held out.
    """
    plan, words = Plan(seed, customers), load_words()
    people = populate(plan, words)
    change_particulars(plan, people)
    records, _, _ = keep_leads(plan, words, people, keep_records(plan, people))
    members, *extra = run_campaigns(plan, people, records)
    orders = place_orders(plan, words, people, records, (extra[0], extra[1], extra[2]))
    members["customer"] = records["customer"][members["record"]]
    members["is_contact"] = records["is_contact"][members["record"]]
    tables = {
        "members": {each: members[each] for each in ("customer", "campaign", "is_control")}
        | {"day": members["created_at"] // DAY},
        "orders": {"customer": orders["customer"], "day": orders["placed_at"] // DAY},
        "people": {"customer": np.arange(len(people["kind"])), "kind": people["kind"]}
        | {"day": np.minimum(people["acquired_at"] // DAY, LAST + 1)},
    }
    connection = duckdb.connect()
    for name, columns in tables.items():
        connection.register(name, pa.table(columns))
    connection.execute(_TABLES.format(with_control=with_control, last=LAST))
    for name in tables:
        connection.unregister(name)
    return connection, members


def coverage(seeds: range, customers: int, *, with_control: bool = True) -> Covered:
    """Return how often the intervals of effects on orders hold the truth.

    Measured are each campaign's effect on those who had bought before, its effect on everybody on its list (leads
    cannot buy, so that is less), and that of all campaigns together.
    """
    found = Covered(Counter(), Counter(), {})
    for seed in seeds:
        connection, members = company(seed, customers, with_control=with_control)
        promotions.compute(connection, Run(AS_OF, "run", "EUR", MemoryModels()))
        rows = connection.execute(
            "select campaign_id, segment, orders_low, orders_high from analytics.promotion_effects"
            " where orders_low is not null and segment in ('all', 'buyers')"
        ).fetchall()
        shares = _contact_shares(members)
        for campaign, segment, low, high in rows:
            if campaign is None:
                name, truth = "all campaigns", float(np.average(LIFTS * shares, weights=_treated(members)))
            elif segment == "buyers":
                name, truth = f"campaign {campaign}, buyers", LIFTS[int(campaign)]
            else:
                name, truth = f"campaign {campaign}", LIFTS[int(campaign)] * shares[int(campaign)]
            found.measured[name] += 1
            found.hits[name] += low <= truth <= high
            found.widths.setdefault(name, []).append(high - low)
        connection.close()
    return found


def _treated(members: Any) -> np.ndarray:
    """Return the treated members of each campaign."""
    return np.bincount(members["campaign"][~members["is_control"]], minlength=len(LIFTS))


def _contact_shares(members: Any) -> np.ndarray:
    """Return the share of treated members who are contacts, by campaign."""
    contacts = members["is_contact"] & ~members["is_control"]
    return np.bincount(members["campaign"][contacts], minlength=len(LIFTS)) / np.maximum(_treated(members), 1)
