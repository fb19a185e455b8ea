"""What is expected of vtiger records in the lake.

Who refers to whom is tested by dbt on the staged models; here is the shape of what the database held.
"""

from __future__ import annotations

from datetime import date, timedelta

from quality.rules import Rule, Suite, Table, between, filled, matching, never, tolerated
from quality.suites.landing import amount, currency, email, landed, stamped, volumes

_YEARS = timedelta(days=3650)


def suite(as_of: date) -> Suite:
    """Return the suite for the day ``as_of``."""
    tables = (volumes("vtiger"), *_parties(as_of), *_sales(as_of), *_catalogue(as_of), *_contact_history(as_of))
    return Suite("landing_vtiger", tables)


def _module(name: str, as_of: date, *rules: Rule) -> Table:
    """Return a module's table, whose records are numbered and dated by their entity."""
    numbered = matching("_record_id", r"^[0-9]+$", "numbers")
    dated = (stamped("createdtime", as_of), stamped("modifiedtime", as_of))
    return landed("vtiger", name, numbered, tolerated(filled("smownerid")), *dated, *rules)


def _parties(as_of: date) -> tuple[Table, ...]:
    born = stamped("birthday", as_of, first=1900)
    return (
        landed("vtiger", "vtiger_crmentity", tolerated(filled("setype")), stamped("modifiedtime", as_of)),
        _module("vtiger_account", as_of, tolerated(filled("accountname")), email("email1")),
        _module("vtiger_contactdetails", as_of, tolerated(filled("lastname")), email("email")),
        landed("vtiger", "vtiger_contactsubdetails", born),
        _module("vtiger_leaddetails", as_of, tolerated(filled("lastname")), email("email")),
        landed("vtiger", "vtiger_users", tolerated(filled("user_name")), email("email1")),
    )


def _sales(as_of: date) -> tuple[Table, ...]:
    closing = stamped("closingdate", as_of, ahead=_YEARS)
    share = tolerated(between("probability", 0, 100))
    lines = (tolerated(filled("productid")), tolerated(filled("quantity")), amount("listprice"))
    return (
        _module("vtiger_potential", as_of, tolerated(filled("sales_stage")), amount("amount"), share, closing),
        landed("vtiger", "vtiger_potstagehistory", tolerated(filled("stage")), stamped("lastmodified", as_of)),
        _module("vtiger_quotes", as_of, amount("total")),
        _module("vtiger_salesorder", as_of, tolerated(filled("sostatus")), amount("total")),
        landed("vtiger", "vtiger_inventoryproductrel", *lines),
    )


def _catalogue(as_of: date) -> tuple[Table, ...]:
    rate = never("no rate of zero or less", "conversion_rate <= 0", "conversion_rate")
    cost = tolerated(between("purchase_cost", 0, 10**9))
    return (
        _module("vtiger_products", as_of, tolerated(filled("productname")), amount("unit_price"), cost),
        landed("vtiger", "vtiger_currency_info", currency("currency_code"), rate),
    )


def _contact_history(as_of: date) -> tuple[Table, ...]:
    return (
        _module(
            "vtiger_activity", as_of, tolerated(filled("activitytype")), stamped("date_start", as_of, ahead=_YEARS)
        ),
        _module("vtiger_troubletickets", as_of, tolerated(filled("status"))),
        _module("vtiger_campaign", as_of, tolerated(filled("campaignname")), amount("actualcost")),
    )
