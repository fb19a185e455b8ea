"""What is expected of every source read through a mapping file, entity by entity, in the canonical columns.

Whether a mapping names real columns is checked when it is loaded; here is whether what came through makes sense.
"""

from __future__ import annotations

from datetime import date, timedelta

from quality.rules import Rule, Suite, Table, between, filled, never, one_of, tolerated, warning
from quality.suites.landing import amount, currency, email, landed, stamped, volumes

_YEARS = timedelta(days=3650)


def suite(as_of: date) -> Suite:
    """Return the suite for the day ``as_of``."""
    return Suite("landing_mapped", (volumes("mapped"), *_parties(as_of), *_sales(as_of), *_contact_history(as_of)))


def _table(entity: str, as_of: date, *rules: Rule) -> Table:
    return landed("mapped", entity, stamped("created_at", as_of, first=1970), *rules)


def _parties(as_of: date) -> tuple[Table, ...]:
    name = tolerated(filled("account_name"))
    return (
        _table("accounts", as_of, name, email("email"), currency("currency_code")),
        _table("contacts", as_of, email("email"), stamped("birth_date", as_of, first=1900)),
        _table("leads", as_of, email("email")),
    )


def _sales(as_of: date) -> tuple[Table, ...]:
    iso = currency("currency_code")
    return (
        _table(
            "opportunities",
            as_of,
            amount("amount"),
            iso,
            tolerated(between("probability_rate", 0, 1)),
            tolerated(
                one_of("forecast_category", "pipeline", "best_case", "most_likely", "commit", "omitted", "closed")
            ),
            stamped("close_date", as_of, ahead=_YEARS),
        ),
        _table("products", as_of, iso, amount("unit_cost_amount"), amount("unit_price_amount")),
        _table(
            "orders",
            as_of,
            tolerated(filled("order_date")),
            stamped("order_date", as_of, first=1970, ahead=timedelta(days=400)),
            tolerated(one_of("order_status", "placed", "fulfilled", "cancelled", "returned")),
            stamped("fulfilled_date", as_of, first=1970, ahead=timedelta(days=400)),
            stamped("returned_date", as_of, first=1970),
            amount("order_amount"),
            iso,
        ),
        _table(
            "order_lines",
            as_of,
            tolerated(filled("order_record_id")),
            tolerated(filled("line_amount")),
            amount("line_amount"),
            tolerated(between("quantity", -(10**6), 10**6)),
            iso,
        ),
        _table("subscriptions", as_of, amount("monthly_amount"), iso),
        _table(
            "quotas",
            as_of,
            amount("quota_amount"),
            tolerated(
                never("no period that ends before it begins", "period_end_date <= period_start_date", "period_end_date")
            ),
            iso,
        ),
        _table("stock_levels", as_of, stamped("changed_at", as_of, first=1970)),
        _table("exchange_rates", as_of, never("no rate of zero or less", "rate <= 0", "rate"), iso),
    )


def _contact_history(as_of: date) -> tuple[Table, ...]:
    return (
        _table(
            "interactions",
            as_of,
            tolerated(one_of("interaction_type", "email", "call", "meeting", "visit", "chat", "task")),
            stamped("occurred_at", as_of, first=1970, ahead=_YEARS),
            warning(between("duration_seconds", 0, 14 * 86400)),
        ),
        _table("cases", as_of, stamped("opened_at", as_of, first=1970)),
        _table("campaigns", as_of, amount("actual_cost_amount"), currency("currency_code")),
    )
