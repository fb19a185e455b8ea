"""From Salesforce's describe to lake columns: which fields are read and the DuckDB type each is kept as."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sources.contract import Column
from sources.salesforce.objects import UNREAD

_TYPES = {
    "boolean": "BOOLEAN",
    "int": "INTEGER",
    "long": "BIGINT",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "time": "TIME",
    "json": "JSON",
}
_DECIMALS = frozenset({"double", "currency", "percent"})
# compound fields repeat their components; base64 bodies are files, not facts
_LEFT_OUT = frozenset({"address", "location", "base64"})
_WIDEST = 38
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


@dataclass(frozen=True)
class Described:
    """What an org says about one object for the signed-in user.

    Attributes:
        name: the object's API name.
        columns: every readable field, in describe's order.
        formulas: calculated fields; their change moves no cursor.
        has_delete_feed: whether getDeleted answers for it.
    """

    name: str
    columns: tuple[Column, ...]
    formulas: tuple[str, ...]
    has_delete_feed: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def described(answer: Mapping[str, Any], declared: Iterable[Column]) -> Described:
    """Return what a describe answer means; a field that fits its declared type keeps that one."""
    expected = {column.name: column.type for column in declared}
    unread = UNREAD.get(answer["name"], frozenset())
    fields = [field for field in answer["fields"] if _is_read(field) and field["name"] not in unread]
    columns = tuple(Column(field["name"], _kept(lake_type(field), expected.get(field["name"]))) for field in fields)
    formulas = tuple(field["name"] for field in fields if field.get("calculated"))
    return Described(answer["name"], columns, formulas, bool(answer.get("replicateable")))


def _is_read(field: Mapping[str, Any]) -> bool:
    return field["type"].lower() not in _LEFT_OUT and not field.get("deprecatedAndHidden")


def lake_type(field: Mapping[str, Any]) -> str:
    """Return the DuckDB type of a described field. Amounts are DECIMAL, never float; unknown types are text."""
    kind = field["type"].lower()
    if kind in _DECIMALS:
        return _decimal(int(field.get("precision") or 0), int(field.get("scale") or 0))
    return _TYPES.get(kind, "VARCHAR")


def _decimal(precision: int, scale: int) -> str:
    """Return a DECIMAL for a described size; describe gives 0 for some formulas and may exceed what DuckDB has."""
    if precision <= 0:
        return f"DECIMAL({_WIDEST},{min(scale, 18) or 10})"
    scale = min(scale, _WIDEST)
    return f"DECIMAL({min(max(precision, scale), _WIDEST)},{scale})"


def _kept(actual: str, declared: str | None) -> str:
    """Return the declared type where every value of the actual one fits into it, else the actual one."""
    if declared is None or actual == declared:
        return actual
    have, want = _DECIMAL.fullmatch(actual), _DECIMAL.fullmatch(declared)
    if have and want:
        (precision, scale), (wide, fine) = map(int, have.groups()), map(int, want.groups())
        return declared if scale <= fine and precision - scale <= wide - fine else actual
    return declared if (actual, declared) == ("INTEGER", "BIGINT") else actual
