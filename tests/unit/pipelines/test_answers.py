"""The questions of a manager: what is said when there is an answer, and when there is none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipelines.answers import QUESTIONS, answers

ROWS: dict[str, Any] = {
    "customers": 1200,
    "worth": Decimal("1234567.80"),
    "next_year": Decimal("0.50"),
    "currency": "EUR",
}


def test_amounts_and_counts_are_written_as_people_read_them() -> None:
    worth = answers(lambda sql: (list(ROWS), [tuple(ROWS.values())] if "customer_value" in sql else []))[0]
    assert worth.words.startswith("1,200 customers with orders are worth 1,234,567.80 EUR of margin")
    assert worth.query == QUESTIONS[0].query


def test_no_row_or_an_unknown_value_is_not_measurable_and_no_zero() -> None:
    assert {each.words for each in answers(lambda sql: (["customers"], []))} == {
        "not measurable with what is there so far"
    }
    unknown = {**ROWS, "worth": None}
    assert answers(lambda sql: (list(unknown), [tuple(unknown.values())]))[0].words.startswith("not measurable")
