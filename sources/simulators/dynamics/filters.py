"""The ``$filter`` and ``$orderby`` of OData that the environment understands, as SQL over a table's columns.

Comparisons (eq ne gt ge lt le) of a property with a literal or null, joined by and, or, not and parentheses.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sources.simulators.dynamics.errors import bad_query, unknown_property
from sources.simulators.dynamics.schema import Table
from sources.simulators.http import quoted, text

_TOKEN = re.compile(r"\s*(\(|\)|'(?:[^']|'')*'|[^\s()']+)")
_OPERATORS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def where_sql(filter_text: str, table: Table) -> str:
    """Return a filter as an SQL condition. Raises ApiError 400 for one that cannot be understood."""
    parser = _Parser(_TOKEN.findall(filter_text), table)
    condition = parser.disjunction()
    if parser.peek() is not None:
        raise bad_query(f"Syntax error at '{parser.peek()}' in '{filter_text}'.")
    return condition


def order_sql(order: str, table: Table) -> str:
    """Return ``$orderby`` as an ORDER BY list."""
    parts = []
    for each in order.split(","):
        name, _, direction = each.strip().partition(" ")
        if direction not in ("", "asc", "desc"):
            raise bad_query(f"Syntax error in '{order}'.")
        parts.append(f"{column_sql(name, table)} {direction or 'asc'} nulls first")
    return ", ".join(parts)


def column_sql(name: str, table: Table) -> str:
    """Return the column of a property. Raises ApiError 400 for one that the table does not have."""
    attribute = table.of_property(name)
    if attribute is None:
        raise unknown_property(name, table.name)
    return quoted(attribute.name)


class _Parser:
    def __init__(self, tokens: list[str], table: Table) -> None:
        self._tokens, self._table = tokens, table

    def peek(self) -> str | None:
        return self._tokens[0] if self._tokens else None

    def disjunction(self) -> str:
        parts = [self._conjunction()]
        while self.peek() == "or":
            self._next()
            parts.append(self._conjunction())
        return f"({' or '.join(parts)})"

    def _conjunction(self) -> str:
        parts = [self._term()]
        while self.peek() == "and":
            self._next()
            parts.append(self._term())
        return f"({' and '.join(parts)})"

    def _term(self) -> str:
        token = self._next()
        if token == "not":
            return f"(not {self._term()})"
        if token == "(":
            inner = self.disjunction()
            if self._next() != ")":
                raise bad_query("')' or operator expected.")
            return inner
        column, operator, value = column_sql(token, self._table), self._next(), self._next()
        if operator not in _OPERATORS:
            raise bad_query(f"Unrecognized operator '{operator}'.")
        if value == "null":
            return f"({column} is {'not ' if operator == 'ne' else ''}null)"
        return f"({column} {_OPERATORS[operator]} {_literal(value)})"

    def _next(self) -> str:
        if not self._tokens:
            raise bad_query("Unexpected end of the filter expression.")
        return self._tokens.pop(0)


def _literal(value: str) -> str:
    if value.startswith("'"):
        return text(value[1:-1].replace("''", "'"))
    if _GUID.fullmatch(value):
        return text(value.lower())
    if value in ("true", "false") or re.fullmatch(r"-?\d+(\.\d+)?", value):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise bad_query(f"Unrecognized literal '{value}'.") from None
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return f"timestamp '{moment}'"
