"""The ``$filter`` and ``$orderby`` of OData that the environment understands, as SQL over the row ``r``.

Comparisons (eq ne gt ge lt le) of a property with a literal, null or another property, the query functions of OData and
some of Dataverse's own, joined by and, or, not and parentheses. Texts are compared whatever their case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from sources.simulators.dynamics.errors import bad_query
from sources.simulators.dynamics.navigation import ROW, name_sql, value_sql
from sources.simulators.dynamics.schema import Attribute, Table
from sources.simulators.dynamics.state import EnvironmentState
from sources.simulators.http import text

_TOKEN = re.compile(r"""\s*([(),=]|\[[^\]]*\]|'(?:[^']|'')*'|[^\s(),='\[]+)""")
_OPERATORS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_OF_TEXT = {"contains": "contains", "startswith": "starts_with", "endswith": "ends_with"}
_OWN = "Microsoft.Dynamics.CRM."
_LISTED = {"In": "in", "NotIn": "not in"}
_RANGED = {"Between": "between", "NotBetween": "not between"}
_OF_DAYS = {"On": "=", "NotOn": "<>", "OnOrAfter": ">=", "OnOrBefore": "<="}


def where_sql(filter_text: str, table: Table, state: EnvironmentState, aliases: Mapping[str, str]) -> str:
    """Return a filter as an SQL condition; ``aliases`` are the values of ``@p1`` and the like.

    Raises ApiError 400 for one that cannot be understood.
    """
    parser = _Parser(_TOKEN.findall(filter_text), table, state, aliases)
    condition = parser.disjunction()
    if parser.peek() is not None:
        raise bad_query(f"Syntax error at '{parser.peek()}' in '{filter_text}'.")
    return condition


def order_sql(order: str, table: Table, state: EnvironmentState) -> str:
    """Return ``$orderby`` as an ORDER BY list; a lookup is sorted by the name of what it points to."""
    parts = []
    for each in order.split(","):
        name, _, direction = each.strip().partition(" ")
        if direction not in ("", "asc", "desc"):
            raise bad_query(f"Syntax error in '{order}'.")
        attribute, value = value_sql(name, table, state)
        if attribute.is_lookup and "/" not in name:
            value = name_sql(state, attribute, ROW)
        # null is the lowest value of SQL Server
        parts.append(f"{value} desc nulls last" if direction == "desc" else f"{value} asc nulls first")
    return ", ".join(parts)


class _Parser:
    def __init__(self, tokens: list[str], table: Table, state: EnvironmentState, aliases: Mapping[str, str]) -> None:
        self._tokens, self._table, self._state, self._aliases = tokens, table, state, aliases

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
            self._expect(")")
            return inner
        if self.peek() == "(":
            return self._own_function(token.removeprefix(_OWN)) if token.startswith(_OWN) else self._of_text(token)
        attribute, column = value_sql(token, self._table, self._state)
        operator, value = self._next(), self._next()
        if operator not in _OPERATORS:
            raise bad_query(f"Unrecognized operator '{operator}'.")
        if value == "null":
            return f"({column} is {'not ' if operator == 'ne' else ''}null)"
        if self._table.of_property(value.partition("/")[0]) is not None:
            other = value_sql(value, self._table, self._state)[1]
        else:
            other = _literal(value, attribute)
        return f"({_compared(column, attribute)} {_OPERATORS[operator]} {_compared(other, attribute)})"

    def _of_text(self, function: str) -> str:
        """``contains(name,'text')``."""
        if function not in _OF_TEXT:
            raise bad_query(f"An unknown function with name '{function}' was found.")
        self._expect("(")
        attribute, column = value_sql(self._next(), self._table, self._state)
        self._expect(",")
        value = _literal(self._next(), attribute)
        self._expect(")")
        return f"{_OF_TEXT[function]}(lower({column}), lower({value}))"

    def _own_function(self, function: str) -> str:
        """``Between(PropertyName='x',PropertyValues=["1","2"])``."""
        arguments: dict[str, str] = {}
        token = self._next()
        while token != ")":
            name = self._next()
            self._expect("=")
            arguments[name] = self._next()
            token = self._next()
        try:
            attribute, column = value_sql(arguments["PropertyName"].strip("'"), self._table, self._state)
            given = arguments["PropertyValue"] if function in _OF_DAYS else arguments["PropertyValues"]
        except KeyError as error:
            raise bad_query(f"The function '{function}' needs the parameter {error}.") from None
        values = [_literal(each, attribute) for each in _values(given)]
        column, values = _compared(column, attribute), [_compared(each, attribute) for each in values]
        if function in _LISTED:
            return f"({column} {_LISTED[function]} ({', '.join(values)}))"
        if function in _RANGED and len(values) == 2:
            return f"({column} {_RANGED[function]} {values[0]} and {values[1]})"
        if function in _OF_DAYS:
            return f"({column}::date {_OF_DAYS[function]} {values[0]}::date)"
        raise bad_query(f"An unknown function with name '{_OWN}{function}' was found.")

    def _expect(self, token: str) -> None:
        if (found := self._next()) != token:
            raise bad_query(f"'{token}' expected, '{found}' found.")

    def _next(self) -> str:
        if not self._tokens:
            raise bad_query("Unexpected end of the filter expression.")
        token = self._tokens.pop(0)
        return self._aliases.get(token, token) if token.startswith("@") else token


def _compared(sql: str, attribute: Attribute) -> str:
    return f"lower({sql})" if attribute.sql_type == "varchar" else sql


def _values(given: str) -> list[str]:
    """The members of a list of texts, in double or single quotes, or the one value."""
    if not given.startswith("["):
        return [given]
    try:
        return [f"'{str(each).replace(chr(39), chr(39) * 2)}'" for each in json.loads(given)]
    except ValueError:
        return [each.strip() for each in given[1:-1].split(",")]


def _literal(value: str, attribute: Attribute) -> str:
    plain = value[1:-1].replace("''", "'") if value.startswith("'") else value
    if attribute.sql_type == "timestamp":
        try:
            moment = datetime.fromisoformat(plain)
        except ValueError:
            raise bad_query(f"Unrecognized literal '{value}'.") from None
        return f"timestamp '{moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment}'"
    if attribute.sql_type == "varchar" and not value.startswith("'") and not _is_bare(value):
        raise bad_query(f"Unrecognized literal '{value}'.")
    day = plain[:10] if attribute.sql_type == "date" else plain
    return f"cast({text(day)} as {attribute.sql_type})"


def _is_bare(value: str) -> bool:
    """Whether a text may stand without quotes: an id."""
    return re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value) is not None
