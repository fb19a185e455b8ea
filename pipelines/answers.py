"""What a manager asks first: each question with the query that answers it, and the words its row is put into.

The queries read published tables only and are short enough to be typed. Nothing is shown here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A question of the business.

    Attributes:
        query: SQL on the published file that returns one row, or none when there is nothing to say.
        words: the answer, with ``{column}`` for each value of the row.
    """

    text: str
    query: str
    words: str


QUESTIONS = (
    Question(
        "What are our customers worth?",
        "select count(*) as customers, sum(lifetime_value_amount) as worth,"
        " sum(expected_revenue_amount_365_days) as next_year, any_value(currency_code) as currency"
        " from marts.customer_value",
        "{customers} customers with orders are worth {worth} {currency} of margin from here on; we expect {next_year}"
        " {currency} of revenue from them in the next 365 days",
    ),
    Question(
        "Who is about to leave, and with how much money?",
        "select count(*) as customers, sum(amount_at_risk) as at_risk, any_value(currency_code) as currency"
        " from marts.customer_360 where risk_band <> 'low' and status not in ('lapsed', 'lost') having count(*) > 0",
        "{customers} customers who are still with us are at medium or high risk, and with them {at_risk} {currency} of"
        " revenue a year",
    ),
    Question(
        "Whom did we win back?",
        "select count(*) as customers, sum(second_life_revenue_amount) as revenue, any_value(currency_code) as currency"
        " from marts.customer_winback where won_back_date > as_of_date - 365 having count(*) > 0",
        "{customers} in the last 365 days; they have bought for {revenue} {currency} since",
    ),
    Question(
        "Which promotion worked best?",
        "select campaign_name, incremental_margin_amount as margin, campaign_cost_amount as cost, campaign_roi as roi,"
        " effect_method, currency_code as currency from marts.promotion_effectiveness"
        " where segment = 'all' and campaign_id is not null and is_effect_significant"
        " order by campaign_roi desc nulls last limit 1",
        "{campaign_name}: {margin} {currency} of margin that would not have come without it, for {cost} {currency}"
        " (measured by {effect_method})",
    ),
    Question(
        "Which two products belong together?",
        "select product_name, companion_product_name, lift, pair_order_count as orders from marts.product_affinity"
        " where affinity = 'together' order by leverage desc, product_id limit 1",
        "{product_name} and {companion_product_name}: together in {orders} orders, {lift} times as often as by chance",
    ),
    Question(
        "What will the open deals bring?",
        "select open_opportunity_count as deals, open_amount, forecast_amount as forecast, forecast_low_amount as low,"
        " forecast_high_amount as high, currency_code as currency from marts.pipeline_forecast"
        " where forecast_period = 'total' and forecast_amount is not null",
        "{forecast} {currency} of {open_amount} {currency} in {deals} deals; four times in five between {low} and"
        " {high}",
    ),
)


@dataclass(frozen=True)
class Answer:
    """A question, what the published file answers, and the query that was asked."""

    question: str
    words: str
    query: str


def answers(ask: Callable[[str], tuple[list[str], list[tuple[Any, ...]]]]) -> list[Answer]:
    """Return the answer to every question; ``ask`` runs a query and returns its columns and rows."""
    found = []
    for question in QUESTIONS:
        columns, rows = ask(question.query)
        values = dict(zip(columns, rows[0], strict=True)) if rows else {}
        known = values and all(value is not None for value in values.values())
        words = question.words.format(**_spoken(values)) if known else "not measurable with what is there so far"
        found.append(Answer(question.text, words, question.query))
    return found


def _spoken(values: Row) -> dict[str, str]:
    return {name: _said(value) for name, value in values.items()}


def _said(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, float):
        return f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
