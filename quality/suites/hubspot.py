"""What is expected of HubSpot records in the lake.

Who refers to whom is tested by dbt on the staged models; here is the shape of what the account sent.
"""

from __future__ import annotations

from datetime import date, timedelta

from quality.rules import Rule, Suite, Table, between, filled, matching, never, tolerated, warning
from quality.suites.landing import amount, currency, email, landed, stamped, volumes

_NUMBER = r"^[0-9]+$"
_YEARS = timedelta(days=3650)
_MODIFIED = "hs_lastmodifieddate"


def suite(as_of: date) -> Suite:
    """Return the suite for the day ``as_of``."""
    tables = (volumes("hubspot"), *_parties(as_of), *_sales(as_of), *_catalogue(as_of), *_contact_history(as_of))
    return Suite("landing_hubspot", tables)


def _records(name: str, as_of: date, *rules: Rule, modified: str = _MODIFIED) -> Table:
    return landed("hubspot", name, matching("_record_id", _NUMBER, "numbers"), stamped(modified, as_of), *rules)


def _pair(name: str) -> Table:
    return landed("hubspot", name, matching("from_id", _NUMBER, "numbers"), matching("to_id", _NUMBER, "numbers"))


def _parties(as_of: date) -> tuple[Table, ...]:
    return (
        _records("companies", as_of, tolerated(filled("name"))),
        _records("contacts", as_of, email("email"), modified="lastmodifieddate"),
        _records("leads", as_of, tolerated(filled("hs_primary_contact_id"))),
        landed("hubspot", "owners", email("email")),
    )


def _sales(as_of: date) -> tuple[Table, ...]:
    return (
        _records(
            "deals",
            as_of,
            tolerated(filled("dealstage")),
            amount("amount"),
            currency("deal_currency_code"),
            tolerated(between("hs_deal_stage_probability", 0, 1)),
            stamped("closedate", as_of, ahead=_YEARS),
        ),
        landed("hubspot", "deal_stage_history", filled("deal_id"), stamped("timestamp", as_of)),
        _pair("deals_to_companies"),
        _records("orders", as_of, amount("hs_total_price"), currency("hs_currency_code")),
        _pair("line_items_to_orders"),
        _records("line_items", as_of, amount("amount"), tolerated(filled("quantity"))),
        _records("subscriptions", as_of, currency("hs_currency_code")),
    )


def _catalogue(as_of: date) -> tuple[Table, ...]:
    rate = never("no rate of zero or less", '"conversionRate" <= 0', "conversionRate")
    return (
        _records("products", as_of, tolerated(filled("name")), amount("price")),
        landed("hubspot", "company_currency", currency("currencyCode")),
        landed("hubspot", "exchange_rates", rate, currency("fromCurrencyCode"), currency("toCurrencyCode")),
        landed("hubspot", "deal_stages", filled("label")),
    )


def _contact_history(as_of: date) -> tuple[Table, ...]:
    ended = never(
        "no meeting to end before it starts",
        "hs_meeting_end_time < hs_meeting_start_time",
        "hs_meeting_start_time",
        "hs_meeting_end_time",
    )
    return (
        _records("tickets", as_of, tolerated(filled("hs_pipeline_stage"))),
        _records("calls", as_of, tolerated(between("hs_call_duration", 0, 10**9))),
        _records("emails", as_of, tolerated(filled("hs_email_direction"))),
        _records("meetings", as_of, warning(ended)),
        _records("tasks", as_of, tolerated(filled("hs_task_status"))),
        landed("hubspot", "campaigns", tolerated(filled("hs_name"))),
    )
