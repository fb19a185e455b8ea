"""What is expected of Dynamics 365 records in the lake.

Who refers to whom is tested by dbt on the staged models; here is the shape of what the environment sent.
"""

from __future__ import annotations

from datetime import date, timedelta

from quality.rules import Rule, Suite, Table, between, filled, matching, never, tolerated, warning
from quality.suites.landing import amount, email, landed, stamped, volumes

_GUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_YEARS = timedelta(days=3650)


def suite(as_of: date) -> Suite:
    """Return the suite for the day ``as_of``."""
    tables = (volumes("dynamics"), *_parties(as_of), *_sales(as_of), *_catalogue(as_of), *_contact_history(as_of))
    return Suite("landing_dynamics", tables)


def _table(name: str, as_of: date, *rules: Rule) -> Table:
    return landed("dynamics", name, matching("_record_id", _GUID, "GUIDs"), stamped("modifiedon", as_of), *rules)


def _parties(as_of: date) -> tuple[Table, ...]:
    born = stamped("birthdate", as_of, first=1900)
    return (
        _table("account", as_of, tolerated(filled("name")), email("emailaddress1")),
        _table("contact", as_of, tolerated(filled("lastname")), email("emailaddress1"), born),
        _table("lead", as_of, tolerated(filled("lastname")), email("emailaddress1")),
        _table("systemuser", as_of, email("internalemailaddress")),
    )


def _sales(as_of: date) -> tuple[Table, ...]:
    state = tolerated(filled("statecode"))
    return (
        _table(
            "opportunity",
            as_of,
            state,
            amount("estimatedvalue"),
            tolerated(between("closeprobability", 0, 100)),
            stamped("estimatedclosedate", as_of, ahead=_YEARS),
        ),
        _table("opportunityproduct", as_of, tolerated(filled("_opportunityid_value")), amount("extendedamount")),
        _table("salesorder", as_of, state, amount("totalamount")),
        _table("salesorderdetail", as_of, tolerated(filled("_salesorderid_value")), amount("extendedamount")),
    )


def _catalogue(as_of: date) -> tuple[Table, ...]:
    rate = never("no rate of zero or less", "exchangerate <= 0", "exchangerate")
    return (
        _table("product", as_of, tolerated(filled("name")), tolerated(between("standardcost", 0, 10**9))),
        _table("transactioncurrency", as_of, tolerated(filled("isocurrencycode")), rate),
    )


def _contact_history(as_of: date) -> tuple[Table, ...]:
    ended = never("no activity to end before it starts", "actualend < actualstart", "actualend", "actualstart")
    return (
        _table("activitypointer", as_of, tolerated(filled("activitytypecode")), warning(ended)),
        _table("incident", as_of, tolerated(filled("statecode"))),
        _table("campaign", as_of, tolerated(filled("name")), amount("totalactualcost")),
        _table("campaignresponse", as_of, tolerated(filled("_regardingobjectid_value"))),
    )
