"""Expectations as data: what a suite is made of, and the short words suites are written with.

Nothing here imports Great Expectations: a suite can be listed, counted and checked against a schema without it.
A rule fails the gate when it is critical and is only reported when it is a warning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

Severity = Literal["critical", "warning"]
Bound = int | float | date | datetime | None


@dataclass(frozen=True)
class Rule:
    """One Great Expectations expectation.

    Attributes:
        expectation: class name in ``great_expectations.expectations``.
        arguments: its arguments; an ``unexpected_rows_query`` names the table ``{batch}``.
        meaning: what is expected, in words that end the sentence "expected ...".
        columns: columns of the table the rule reads; a rule whose columns do not exist is reported as skipped.
        severity: ``critical`` blocks what comes after the gate, ``warning`` does not.
        tolerance: share of rows (0-1) up to which a broken critical rule on a column is only a warning.
        remedy: what a person can do when it blocks, as a sentence without its full stop.
    """

    expectation: str
    arguments: Mapping[str, Any]
    meaning: str
    columns: tuple[str, ...] = ()
    severity: Severity = "critical"
    tolerance: float = 0.0
    remedy: str = ""


@dataclass(frozen=True)
class Table:
    """A named relation and its rules.

    Attributes:
        name: what people call it, e.g. ``salesforce.account``.
        relation: SQL for a FROM clause.
        rules: what is expected of it.
        examples: columns that tell a person which record broke a rule.
        is_copied: read the relation once into a temporary table; worth it where it is costly to compute.
        requires: columns, each ``database.schema.table.column``, without which there is nothing to check.
        is_of_rows: every rule speaks of rows there are: where there is none, nothing is asked.
        is_empty: it is known to have no row; where it also ``is_of_rows``, it is not read.
    """

    name: str
    relation: str
    rules: tuple[Rule, ...]
    examples: tuple[str, ...] = ()
    is_copied: bool = False
    requires: tuple[str, ...] = ()
    is_of_rows: bool = False
    is_empty: bool = False


@dataclass(frozen=True)
class Suite:
    """What one door expects: ``name`` is unique among the suites of a run."""

    name: str
    tables: tuple[Table, ...] = field(default=())


def filled(column: str) -> Rule:
    """Expect no NULL in ``column``."""
    return Rule("ExpectColumnValuesToNotBeNull", {"column": column}, f"{column} to be filled", (column,))


def unique(column: str) -> Rule:
    """Expect every non-NULL value of ``column`` once."""
    return Rule("ExpectColumnValuesToBeUnique", {"column": column}, f"every {column} once", (column,))


def between(column: str, low: Bound, high: Bound) -> Rule:
    """Expect ``low <= column <= high``; None leaves a side open, NULL values pass."""
    arguments = {"column": column, "min_value": low, "max_value": high}
    if high is None:
        meaning = f"{column} to be {low} or more"
    elif low is None:
        meaning = f"{column} to be {high} or less"
    else:
        meaning = f"{column} between {low} and {high}"
    return Rule("ExpectColumnValuesToBeBetween", arguments, meaning, (column,))


def one_of(column: str, *values: Any) -> Rule:
    """Expect every non-NULL value of ``column`` among ``values``."""
    words = ", ".join(str(value) for value in values)
    return Rule(
        "ExpectColumnValuesToBeInSet",
        {"column": column, "value_set": list(values)},
        f"{column} to be one of {words}",
        (column,),
    )


def matching(column: str, regex: str, meaning: str) -> Rule:
    """Expect DuckDB's ``regexp_matches(column, regex)`` for every non-NULL value; ``meaning`` says it in words."""
    return Rule("ExpectColumnValuesToMatchRegex", {"column": column, "regex": regex}, meaning, (column,))


def never(meaning: str, condition: str, *columns: str) -> Rule:
    """Expect no row for which the SQL ``condition`` over ``columns`` is true."""
    return rows(meaning, f"select * from {{batch}} where {_plain(condition)}", *columns)


def rows(meaning: str, query: str, *columns: str) -> Rule:
    """Expect ``query``, in which ``{batch}`` is the table, to return no row."""
    return Rule("UnexpectedRowsExpectation", {"unexpected_rows_query": query}, meaning, columns)


def not_empty() -> Rule:
    """Expect at least one row."""
    return Rule("ExpectTableRowCountToBeBetween", {"min_value": 1}, "at least one row")


def warning(rule: Rule) -> Rule:
    """Report ``rule`` without blocking."""
    return replace(rule, severity="warning")


def tolerated(rule: Rule, share: float = 0.05) -> Rule:
    """Report any row that breaks ``rule``, and block when more than ``share`` (0-1) of them do.

    One wrong row is for its owner to mend; a twentieth of a table is an export that went wrong.
    """
    return replace(rule, tolerance=share)


def _plain(sql: str) -> str:
    """Double braces, which Great Expectations would take for placeholders."""
    return sql.replace("{", "{{").replace("}", "}}")
