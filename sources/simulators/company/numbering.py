"""Gives every record its key in its system: Salesforce ids, and plain numbers where SQL builds the key.

Counters follow creation, as in a live org. Foreign keys that never change are rendered here, in bulk.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sources.simulators.company.identifiers import salesforce_ids
from sources.simulators.company.people import EMPLOYEE, LEGACY, SALESFORCE, SHOP
from sources.simulators.company.selling import JOINED, managements, team_size
from sources.simulators.company.timing import NEVER, Columns, Ints

PREFIXES = {
    "account": "001",
    "contact": "003",
    "lead": "00Q",
    "opportunity": "006",
    "opportunity_line": "00k",
    "stage": "008",
    "product": "01t",
    "order": "801",
    "line": "802",
    "task": "00T",
    "event": "00U",
    "case": "500",
    "campaign": "701",
    "member": "00v",
    "user": "005",
    "quota": "0J9",
}


def _ranked(mask: np.ndarray, moments: Ints) -> Ints:
    """Return a counter from 1 by moment for the rows in ``mask``, -1 for the others."""
    rows = np.flatnonzero(mask)
    numbers = np.full(len(mask), -1)
    numbers[rows[np.argsort(moments[rows], kind="stable")]] = np.arange(1, len(rows) + 1)
    return numbers


def _at(values: Ints, index: Ints) -> Ints:
    """Return ``values[index]``, -1 where the index is negative."""
    return np.where(index >= 0, values[index], -1)


class Numbers:
    """The keys of one timeline. Columns it returns hold Arrow arrays for rendered ids."""

    def __init__(self, people: Columns, records: Columns, orders: Columns, opportunities: Columns) -> None:
        self._people, self._records, self._orders, self._opportunities = people, records, orders, opportunities
        created = records["created_at"]
        self._account = _ranked(records["is_account"], created)
        self._contact = _ranked(records["is_contact"], created)
        self._lead = _ranked(records["is_lead"], created)
        self._account_of = self._by_customer(self._account)
        self._contact_of = self._by_customer(self._contact)
        is_salesforce = orders["system"] == SALESFORCE
        self._order = np.where(is_salesforce, np.cumsum(is_salesforce), -1)

    def _by_customer(self, numbers: Ints) -> Ints:
        """Return each customer's number in Salesforce, of the record that is nobody's duplicate; -1 if none."""
        found = np.full(len(self._people["kind"]), -1)
        rows = np.flatnonzero((numbers >= 0) & (self._records["survivor"] < 0))
        found[self._records["customer"][rows]] = numbers[rows]
        return found

    def _id(self, thing: str, numbers: Ints, name: str | None = None) -> dict[str, Any]:
        """Return one id column."""
        return {name or f"{thing}_id": salesforce_ids(PREFIXES[thing], numbers)}

    def _account_behind(self, record: Ints) -> Ints:
        """Return the account number of a record: its own, or the employer's."""
        employer = self._people["employer"][self._records["customer"][record]]
        return np.where(self._account[record] >= 0, self._account[record], _at(self._account_of, employer))

    def of_records(self) -> Columns:
        """Add account, contact and lead ids, those of the survivor, employers' accounts and conversion targets."""
        records, people = self._records, self._people
        customer, survivor = records["customer"], records["survivor"]
        employed = people["kind"][customer] == EMPLOYEE
        own = _at(self._account_of, customer)
        employer, later = (_at(self._account_of, people[name][customer]) for name in ("employer", "next_employer"))
        converted = records["is_lead"] & (records["converted_at"] < NEVER)
        is_firm = records["is_account"] & (people["parent_firm"][customer] >= 0)
        legacy = _ranked(records["system"] == LEGACY, records["created_at"])
        return records | {
            "record": np.arange(len(customer)),
            "legacy_number": legacy,
            "legacy_survivor": _at(legacy, survivor),
            **self._id("account", self._account),
            **self._id("contact", self._contact),
            **self._id("lead", self._lead),
            **self._id("account", _at(self._account, survivor), "survivor_account_id"),
            **self._id("contact", _at(self._contact, survivor), "survivor_contact_id"),
            **self._id("account", np.where(employed, employer, self._account), "parent_account_id"),
            **self._id("account", np.where(employed, later, self._account), "next_parent_account_id"),
            **self._id(
                "account",
                np.where(is_firm, _at(self._account_of, people["parent_firm"][customer]), -1),
                "owning_account_id",
            ),
            **self._id("account", np.where(converted, np.where(employed, employer, own), -1), "converted_account_id"),
            **self._id("contact", np.where(converted, _at(self._contact_of, customer), -1), "converted_contact_id"),
        }

    def of_members(self, members: Columns) -> Columns:
        """Add member, campaign, contact and lead ids."""
        record = members["record"]
        return members | {
            **self._id("member", np.arange(1, len(record) + 1)),
            **self._id("campaign", members["campaign"]),
            **self._id("contact", self._contact[record]),
            **self._id("lead", self._lead[record]),
        }

    def of_orders(self) -> Columns:
        """Add order ids, account ids before and after a merge, and each system's running number."""
        orders, mine = self._orders, self._order >= 0
        opportunity = np.full(len(mine), -1)
        won = np.flatnonzero(self._opportunities["is_won"])
        opportunity[self._opportunities["basis_order"][won]] = won + 1
        number = np.zeros(len(mine), dtype=np.int64)
        for system in (SALESFORCE, LEGACY, SHOP):
            rows = orders["system"] == system
            number[rows] = np.arange(1, int(rows.sum()) + 1)
        return orders | {
            "order_key": np.arange(len(mine)),
            "number": number,
            **self._id("order", self._order),
            **self._id("account", np.where(mine, self._account[orders["record"]], -1)),
            **self._id("account", np.where(mine, self._account[orders["booked_record"]], -1), "booked_account_id"),
            **self._id("opportunity", opportunity),
        }

    def of_lines(self, lines: Columns) -> Columns:
        """Add line, order and product ids to the lines of Salesforce's orders."""
        order = self._order[lines["order"]]
        mine = order >= 0
        return lines | {
            **self._id("line", np.where(mine, np.cumsum(mine), -1)),
            **self._id("order", order),
            **self._id("product", np.where(mine, lines["product"], -1)),
        }

    def of_opportunities(self) -> Columns:
        """Add ids, the account and, where one was known by then, a contact of the account."""
        opportunities, people = self._opportunities, self._people
        customer = self._orders["customer"][opportunities["basis_order"]]
        staff = np.flatnonzero(
            self._records["is_contact"]
            & (people["kind"][self._records["customer"]] == EMPLOYEE)
            & (self._records["survivor"] < 0)
        )
        spokesman = np.full(len(people["kind"]), -1)
        spokesman[people["employer"][self._records["customer"][staff]]] = staff
        record = spokesman[customer]
        known = (record >= 0) & (self._records["created_at"][record] < opportunities["created_at"])
        return opportunities | {
            "opportunity": np.arange(len(customer)),
            "customer": customer,
            **self._id("opportunity", np.arange(1, len(customer) + 1)),
            **self._id("account", self._account_of[customer]),
            **self._id("contact", np.where(known, self._contact[record], -1)),
        }

    def of_opportunity_lines(self, lines: Columns) -> Columns:
        """Return the lines of each opportunity: those of the order it became, or resembles."""
        basis = self._opportunities["basis_order"]
        count = self._orders["line_count"][basis]
        opportunity = np.repeat(np.arange(len(basis)), count)
        step = np.arange(len(opportunity)) - np.repeat(np.cumsum(count) - count, count)
        line = self._orders["first_line"][basis][opportunity] + step
        names = ("line", "product", "quantity", "unit_cents", "discount_cents", "amount_cents")
        return {name: lines[name][line] for name in names} | {
            "opportunity": opportunity,
            **self._id("opportunity_line", np.arange(1, len(line) + 1)),
            **self._id("opportunity", opportunity + 1),
            **self._id("product", lines["product"][line]),
        }

    def of_stages(self, stages: Columns) -> Columns:
        """Add history and opportunity ids."""
        return stages | {
            **self._id("stage", np.arange(1, len(stages["step"]) + 1)),
            **self._id("opportunity", stages["opportunity"] + 1),
        }

    def of_interactions(self, interactions: Columns) -> Columns:
        """Add task and event ids and whom they are with."""
        record, channel = interactions["record"], interactions["channel"]
        mine = self._records["system"][record] == SALESFORCE
        meeting = mine & (channel == 2)
        task = mine & (channel != 2)
        return interactions | {
            "interaction": np.arange(1, len(record) + 1),
            **self._id("task", np.where(task, np.cumsum(task), -1)),
            **self._id("event", np.where(meeting, np.cumsum(meeting), -1)),
            **self._id("contact", self._contact[record]),
            **self._id("lead", self._lead[record]),
            **self._id("account", self._account_behind(record)),
        }

    def of_cases(self, cases: Columns) -> Columns:
        """Add case, contact and account ids."""
        record = cases["record"]
        return cases | {
            "number": np.arange(1, len(record) + 1),
            **self._id("case", np.arange(1, len(record) + 1)),
            **self._id("contact", self._contact[record]),
            **self._id("account", self._account_behind(record)),
        }

    def of_users(self, customers: int) -> Columns:
        """Return the sales people: the first leads everybody, the next ones lead a team each."""
        user = np.arange(team_size(customers))
        rng_free = user * 37 % 60  # names need no chance of their own
        return {
            "user": user,
            "first": rng_free,
            "last": user * 53 % 180,
            "created_at": np.full(len(user), JOINED),
            **self._id("user", user + 1),
        }

    def of_managements(self, customers: int) -> Columns:
        """Return who manages whom and when, with the ids of both."""
        rows = managements(customers)
        return rows | {
            **self._id("user", rows["user"] + 1),
            **self._id("user", np.where(rows["boss"] >= 0, rows["boss"] + 1, -1), "manager_id"),
        }

    def of_quotas(self, quotas: Columns) -> Columns:
        """Add ids, and those of the users."""
        return quotas | {
            **self._id("quota", np.arange(1, len(quotas["user"]) + 1)),
            **self._id("user", quotas["user"] + 1),
        }
