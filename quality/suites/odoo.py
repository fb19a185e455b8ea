"""What is expected of Odoo records in the lake.

Who refers to whom is tested by dbt on the staged models; here is the shape of what the database held.
"""

from __future__ import annotations

from datetime import date, timedelta

from quality.rules import Rule, Suite, Table, between, filled, matching, never, one_of, tolerated, warning
from quality.suites.landing import amount, currency, email, landed, stamped, volumes

_YEARS = timedelta(days=3650)


def suite(as_of: date) -> Suite:
    """Return the suite for the day ``as_of``."""
    tables = (volumes("odoo"), *_parties(as_of), *_sales(as_of), *_catalogue(as_of), *_contact_history(as_of))
    return Suite("landing_odoo", tables)


def _table(name: str, as_of: date, *rules: Rule) -> Table:
    return landed("odoo", name, matching("_record_id", r"^[0-9]+$", "numbers"), stamped("write_date", as_of), *rules)


def _parties(as_of: date) -> tuple[Table, ...]:
    return (
        # an address of a partner may be without a name
        _table("res_partner", as_of, email("email")),
        _table("res_users", as_of, tolerated(filled("login")), tolerated(filled("partner_id"))),
        _table("crm_lead", as_of, tolerated(one_of("type", "lead", "opportunity")), *_deal(as_of)),
    )


def _deal(as_of: date) -> tuple[Rule, ...]:
    return (
        email("email_from"),
        amount("expected_revenue"),
        tolerated(between("probability", 0, 100)),
        stamped("date_deadline", as_of, ahead=_YEARS),
    )


def _sales(as_of: date) -> tuple[Table, ...]:
    states = one_of("state", "draft", "sent", "sale", "done", "cancel")
    return (
        _table("sale_order", as_of, tolerated(states), tolerated(filled("partner_id")), amount("amount_untaxed")),
        _table("sale_order_line", as_of, tolerated(filled("order_id")), amount("price_subtotal")),
    )


def _catalogue(as_of: date) -> tuple[Table, ...]:
    rate = never("no rate of zero or less", "rate <= 0", "rate")
    return (
        _table("product_template", as_of, tolerated(filled("name")), amount("list_price")),
        _table("product_product", as_of, tolerated(filled("product_tmpl_id"))),
        _table("res_currency", as_of, currency("name")),
        _table("res_currency_rate", as_of, tolerated(filled("currency_id")), rate),
    )


def _contact_history(as_of: date) -> tuple[Table, ...]:
    ended = never("no meeting to end before it starts", "stop < start", "start", "stop")
    return (
        _table("calendar_event", as_of, warning(ended)),
        _table("mail_message", as_of, tolerated(filled("message_type"))),
        _table("mailing_trace", as_of),
    )
