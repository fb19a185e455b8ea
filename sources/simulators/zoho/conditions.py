"""What a COQL query says of fields, as SQL over the row ``r``: columns, those behind lookups too, and its WHERE.

A condition joins at most two others; more have to be put into parentheses, two by two. Which operators a field takes
depends on its type.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from sources.simulators.http import quoted, text
from sources.simulators.zoho.errors import (
    invalid_operator,
    invalid_query,
    limit_exceeded,
    syntax_error,
    unknown_operator,
)
from sources.simulators.zoho.schema import LOOKUPS, Field, Module
from sources.simulators.zoho.state import OrganizationState

_TOKEN = re.compile(r"""\s*('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|[(),]|[<>!]=|[=<>]|[\w.$:+-]+)""")
_COMPARED = {"=": "=", "!=": "<>", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
_ANY = {"=", "!=", "in", "not in", "is null", "is not null"}
_ORDERED = _ANY | {">", ">=", "<", "<=", "between", "not between"}
_OF_TEXT = _ANY | {"like", "not like"}
_OPERATORS = {"boolean": {"="}} | dict.fromkeys(LOOKUPS, _ANY)
_OPERATORS |= dict.fromkeys(
    ("id", "integer", "bigint", "double", "percent", "currency", "date", "datetime", "autonumber"), _ORDERED
)
_MOST_CRITERIA, _MOST_LISTED = 25, 50


def field_of(name: str, module: Module) -> Field:
    """Return a field. Raises ApiError for one that the module does not have."""
    found = module.field(name)
    if found is None:
        raise invalid_query("column given seems to be invalid", column_name=name)
    return found


def through_lookups(
    path: str, module: Module, state: OrganizationState, shown: Callable[[Field, str], str], alias: str = "r"
) -> tuple[Field, str]:
    """Return the field at the end of ``Lookup.Field`` and, as SQL over ``alias``, ``shown`` of it and of its row."""
    name, _, rest = path.partition(".")
    field = field_of(name, module)
    if not rest:
        return field, shown(field, alias)
    target = state.module(field.about) if field.kind in LOOKUPS else None
    if target is None:
        raise invalid_query("Invalid query formed", column_name=path)
    joined = f"{alias}j"
    found, inner = through_lookups(rest, target, state, shown, joined)
    table = state.table(target.name)
    return found, f"(select max({inner}) from {table} as {joined} where {joined}.id = {alias}.{quoted(name)})"


def column(path: str, module: Module, state: OrganizationState) -> tuple[Field, str]:
    """Return a field of the module, or of a record that it points to, and its value as SQL."""
    return through_lookups(path, module, state, lambda field, alias: f"{alias}.{quoted(field.name)}")


class Conditions:
    """A parser of one WHERE."""

    def __init__(self, where: str, module: Module, state: OrganizationState) -> None:
        self._tokens, self._module, self._state = _TOKEN.findall(where), module, state
        self._where, self._criteria = where, 0

    def sql(self) -> str:
        """Return the condition. Raises ApiError for one that cannot be parsed or is not allowed."""
        condition = self._pair()
        if self._tokens:
            raise syntax_error(self._tokens[0])
        return condition

    def _pair(self) -> str:
        """One condition, or two joined by and/or; a third without parentheses is an error."""
        first = self._term()
        if not self._tokens or self._tokens[0].lower() not in ("and", "or"):
            return first
        word = self._next().lower()
        joined = f"({first} {word} {self._term()})"
        if self._tokens and self._tokens[0].lower() in ("and", "or"):
            raise syntax_error(self._tokens[0])
        return joined

    def _term(self) -> str:
        token = self._next()
        if token == "(":
            inner = self._pair()
            self._expect(")")
            return inner
        self._criteria += 1
        if self._criteria > _MOST_CRITERIA:
            raise limit_exceeded("where", _MOST_CRITERIA)
        # a name that is a word of the language has to be quoted, any other may be
        field, value = column(token.strip("'\""), self._module, self._state)
        operator = self._operator()
        if operator not in _OPERATORS.get(field.value_kind, _OF_TEXT):
            raise invalid_operator(operator, token)
        return f"({value} {self._compared(operator, field)})"

    def _operator(self) -> str:
        word = self._next().lower()
        if word == "is":
            word += " not" if self._tokens and self._tokens[0].lower() == "not" and self._next() else ""
            self._expect("null")
            return f"{word} null"
        if word == "not":
            word = f"not {self._next().lower()}"
        if word not in _ORDERED | _OF_TEXT:
            raise unknown_operator(word)
        return word

    def _compared(self, operator: str, field: Field) -> str:
        """What follows the column."""
        if operator.startswith("is"):
            return operator
        if operator.endswith("between"):
            low = _literal(self._next(), field)
            self._expect("and")
            return f"{operator} {low} and {_literal(self._next(), field)}"
        if operator.endswith("in"):
            return f"{operator} ({', '.join(_literal(each, field) for each in self._list())})"
        if operator.endswith("like"):
            # only % is a wildcard: an underscore stands for itself
            pattern = _plain(self._next()).replace("\\", "\\\\").replace("_", "\\_")
            return f"{operator} {text(pattern)} escape '\\'"
        return f"{_COMPARED[operator]} {_literal(self._next(), field)}"

    def _list(self) -> list[str]:
        self._expect("(")
        values = [self._next()]
        while (token := self._next()) == ",":
            values.append(self._next())
        if token != ")":
            raise syntax_error(token)
        if len(values) > _MOST_LISTED:
            raise limit_exceeded("in", _MOST_LISTED)
        return values

    def _expect(self, word: str) -> None:
        if (token := self._next()).lower() != word:
            raise syntax_error(token)

    def _next(self) -> str:
        if not self._tokens:
            raise syntax_error(self._where[-20:])
        return str(self._tokens.pop(0))


def _plain(value: str) -> str:
    """A literal without its quotes; a quote within is doubled or has a backslash before it."""
    quote = value[:1]
    if quote not in ("'", '"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:-1].replace(quote * 2, quote))


def _literal(value: str, field: Field) -> str:
    plain = _plain(value)
    if field.value_kind == "datetime":
        try:
            moment = datetime.fromisoformat(plain)
        except ValueError:
            raise invalid_query("Invalid query formed", column_name=field.name) from None
        if moment.tzinfo is None:
            raise invalid_query("Invalid query formed", column_name=field.name)
        return f"timestamp '{moment.astimezone(UTC).replace(tzinfo=None)}'"
    return f"cast({text(plain)} as {field.sql_type})"
