"""What is expected of SuiteCRM records in the lake.

Who refers to whom is tested by dbt on the staged models; here is the shape of what the database held.
"""

from __future__ import annotations

from datetime import date, timedelta

from quality.rules import Rule, Suite, Table, between, filled, never, tolerated, warning
from quality.suites.landing import amount, currency, email, landed, stamped, volumes

_YEARS = timedelta(days=3650)


def suite(as_of: date) -> Suite:
    """Return the suite for the day ``as_of``."""
    tables = (volumes("suitecrm"), *_parties(as_of), *_sales(as_of), *_contact_history(as_of))
    return Suite("landing_suitecrm", tables)


def _table(name: str, as_of: date, *rules: Rule) -> Table:
    # ids are GUIDs but for rows that were imported or came with the demo data
    return landed("suitecrm", name, stamped("date_modified", as_of), *rules)


def _parties(as_of: date) -> tuple[Table, ...]:
    born = stamped("birthdate", as_of, first=1900)
    return (
        _table("accounts", as_of, tolerated(filled("name"))),
        _table("contacts", as_of, tolerated(filled("last_name")), born),
        _table("leads", as_of, tolerated(filled("last_name"))),
        _table("users", as_of, filled("user_name")),
        _table("email_addresses", as_of, email("email_address")),
        _table("email_addr_bean_rel", as_of, filled("email_address_id"), filled("bean_id"), filled("bean_module")),
        _table("accounts_contacts", as_of, tolerated(filled("account_id")), tolerated(filled("contact_id"))),
    )


def _sales(as_of: date) -> tuple[Table, ...]:
    rate = never("no rate of zero or less", "conversion_rate <= 0", "conversion_rate")
    return (
        _table(
            "opportunities",
            as_of,
            tolerated(filled("sales_stage")),
            amount("amount"),
            tolerated(between("probability", 0, 100)),
            stamped("date_closed", as_of, ahead=_YEARS),
        ),
        landed("suitecrm", "opportunities_audit", stamped("date_created", as_of), filled("parent_id")),
        _table("aos_products", as_of, tolerated(filled("name")), tolerated(between("cost", 0, 10**9))),
        _table("aos_invoices", as_of, amount("total_amount"), stamped("invoice_date", as_of, ahead=_YEARS)),
        _table("aos_products_quotes", as_of, tolerated(filled("parent_id")), amount("product_total_price")),
        _table("currencies", as_of, currency("iso4217"), rate),
    )


def _contact_history(as_of: date) -> tuple[Table, ...]:
    ended = warning(never("no activity to end before it starts", "date_end < date_start", "date_end", "date_start"))
    return (
        _table("calls", as_of, tolerated(filled("status")), ended),
        _table("meetings", as_of, tolerated(filled("status")), ended),
        _table("tasks", as_of, tolerated(filled("status"))),
        _table("emails", as_of, tolerated(filled("type"))),
        _table("cases", as_of, tolerated(filled("status"))),
        _table("campaigns", as_of, tolerated(filled("name")), amount("actual_cost")),
        _table("campaign_log", as_of, filled("activity_type"), tolerated(filled("campaign_id"))),
    )
