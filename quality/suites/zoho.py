"""What is expected of Zoho CRM records in the lake.

Who refers to whom is tested by dbt on the staged models; here is the shape of what the organization sent.
"""

from __future__ import annotations

from datetime import date, timedelta

from quality.rules import Rule, Suite, Table, between, filled, matching, never, tolerated, warning
from quality.suites.landing import amount, currency, email, landed, stamped, volumes

_DIGITS = r"^\d{10,20}$"
_YEARS = timedelta(days=3650)


def suite(as_of: date) -> Suite:
    """Return the suite for the day ``as_of``."""
    tables = (volumes("zoho"), *_parties(as_of), *_sales(as_of), *_catalogue(as_of), *_contact_history(as_of))
    return Suite("landing_zoho", tables)


def _table(name: str, as_of: date, *rules: Rule) -> Table:
    ids = matching("_record_id", _DIGITS, "ids of digits only")
    return landed("zoho", name, ids, stamped("Modified_Time", as_of), *rules)


def _parties(as_of: date) -> tuple[Table, ...]:
    born = stamped("Date_of_Birth", as_of, first=1900)
    return (
        _table(
            "accounts",
            as_of,
            currency("Currency"),
            tolerated(filled("Account_Name")),
            warning(between("Employees", 0, None)),
        ),
        _table("contacts", as_of, tolerated(filled("Last_Name")), email("Email"), born),
        _table("leads", as_of, tolerated(filled("Last_Name")), email("Email")),
        landed("zoho", "users", tolerated(filled("full_name")), email("email")),
    )


def _sales(as_of: date) -> tuple[Table, ...]:
    return (
        _table(
            "deals",
            as_of,
            currency("Currency"),
            tolerated(filled("Stage")),
            amount("Amount"),
            tolerated(between("Probability", 0, 100)),
            stamped("Closing_Date", as_of, ahead=_YEARS),
        ),
        landed("zoho", "stage_history", tolerated(filled("Stage")), stamped("Modified_Time", as_of)),
        _table("quotes", as_of, currency("Currency"), amount("Grand_Total")),
        landed("zoho", "quoted_items", amount("Total")),
        _table("sales_orders", as_of, currency("Currency"), tolerated(filled("Status")), amount("Grand_Total")),
        landed("zoho", "ordered_items", amount("Total"), tolerated(between("Quantity", -(10**6), 10**6))),
    )


def _catalogue(as_of: date) -> tuple[Table, ...]:
    rate = never("no rate of zero or less", "exchange_rate <= 0", "exchange_rate")
    return (
        _table(
            "products",
            as_of,
            currency("Currency"),
            tolerated(filled("Product_Name")),
            tolerated(between("Unit_Price", 0, 10**9)),
        ),
        landed("zoho", "currencies", tolerated(filled("iso_code")), rate),
        landed("zoho", "org", filled("iso_code")),
    )


def _contact_history(as_of: date) -> tuple[Table, ...]:
    ended = never("no event to end before it starts", "End_DateTime < Start_DateTime", "End_DateTime", "Start_DateTime")
    over = never("no campaign to end before it starts", "End_Date < Start_Date", "End_Date", "Start_Date")
    return (
        _table("tasks", as_of, stamped("Due_Date", as_of, ahead=_YEARS)),
        _table("events", as_of, warning(ended)),
        _table("calls", as_of, warning(between("Call_Duration_in_seconds", 0, 86_400))),
        _table("cases", as_of, tolerated(filled("Status"))),
        _table(
            "campaigns",
            as_of,
            currency("Currency"),
            tolerated(filled("Campaign_Name")),
            amount("Actual_Cost"),
            warning(over),
        ),
        landed("zoho", "campaign_members", tolerated(filled("Member_Status"))),
    )
