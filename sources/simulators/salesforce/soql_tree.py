"""The syntax tree of a SOQL query."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Literal:
    """A value as written: kind is string, datetime, date, number, boolean or null."""

    kind: str
    value: str


@dataclass(frozen=True)
class Comparison:
    """``field operator values``; only IN and NOT IN have several values."""

    field: str
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True)
class Combination:
    """``and``, ``or`` over conditions, or ``not`` over one."""

    operator: str
    conditions: tuple[Condition, ...]


Condition = Comparison | Combination


@dataclass(frozen=True)
class Order:
    """One sort key; nulls come first unless asked otherwise."""

    field: str
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True)
class Selected:
    """What is selected: a field, or a function of one (``count``, ``fields``, …) under its alias."""

    name: str
    function: str = ""
    alias: str = ""


@dataclass(frozen=True)
class Query:
    """A parsed query.

    Attributes:
        aggregate: what goes beyond the fields of single rows, ``COUNT()``, another function, GROUP BY, …; or None.
        is_simulated: whether that can be answered here.
    """

    selected: tuple[Selected, ...]
    sobject: str
    where: Condition | None
    order: tuple[Order, ...]
    limit: int | None
    offset: int | None
    aggregate: str | None
    is_simulated: bool
