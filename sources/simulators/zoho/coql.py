"""COQL: queries of one module's fields, as Zoho's query API takes them, turned into SQL.

``select <fields> from <module> where <condition> [order by …] [limit [offset,] n]``. A condition joins at most two
others; more have to be put into parentheses, two by two.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sources.simulators.http import Request, Response, quoted, text
from sources.simulators.zoho.errors import invalid_module, invalid_query, limit_exceeded, missing, syntax_error
from sources.simulators.zoho.listing import Listing
from sources.simulators.zoho.rendering import record_sql, value_sql
from sources.simulators.zoho.schema import Field, Module
from sources.simulators.zoho.state import OrganizationState

_QUERY = re.compile(
    r"\s*select\s+(?P<fields>.+?)\s+from\s+(?P<module>\w+)(?:\s+where\s+(?P<where>.+?))?"
    r"(?:\s+order\s+by\s+(?P<order>[\w\s,.]+?))?(?:\s+limit\s+(?:(?P<offset>\d+)\s*,\s*)?(?P<limit>\d+))?"
    r"(?:\s+offset\s+(?P<skip>\d+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_TOKEN = re.compile(r"\s*('(?:[^'\\]|\\.)*'|[(),]|[<>!]=|[=<>]|[\w.$:+-]+)")
_OPERATORS = {"=": "=", "!=": "<>", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
_MOST_FIELDS, _MOST_ROWS, _FARTHEST, _BY_DEFAULT = 500, 2_000, 100_000, 200


class Coql:
    """Answers ``POST /coql``. Deleted and unapproved records, and converted leads, are not found by it."""

    def __init__(self, state: OrganizationState, listing: Listing) -> None:
        self.state, self._listing = state, listing

    def answer(self, request: Request) -> Response:
        """Run the query of a request."""
        try:
            query = str(request.json()["select_query"])
        except (ValueError, KeyError, TypeError):
            raise missing("select_query") from None
        match = _QUERY.fullmatch(query)
        if match is None:
            raise syntax_error(query[:60])
        if match["where"] is None:
            raise syntax_error("where")
        limit, first = int(match["limit"] or _BY_DEFAULT), int(match["offset"] or match["skip"] or 0)
        if limit > _MOST_ROWS or first + limit > _FARTHEST:
            raise limit_exceeded("limit", _MOST_ROWS if limit > _MOST_ROWS else _FARTHEST)
        module = self._module(match["module"])
        record = self._record([each.strip() for each in match["fields"].split(",")], module)
        condition = _Conditions(match["where"], module).sql()
        hidden = ' and not coalesce(r."Converted__s", false)' if module.field("Converted__s") else ""
        if module.is_module:
            hidden += ' and coalesce(r."_approved", true)'
        order = f" order by {_order(match['order'], module)}" if match["order"] else ""
        rows = min(limit, self._listing.faults.coql_rows)
        sql = f"select {record} from {self.state.table(module.name)} as r where {condition}{hidden}{order}"
        found = [row[0] for row in self.state.cursor().execute(f"{sql} limit {rows + 1} offset {first}").fetchall()]
        if not found:
            return Response(204)
        more, found = str(len(found) > rows).lower(), found[:rows]
        body = f'{{"data":[{",".join(found)}],"info":{{"count":{len(found)},"more_records":{more}}}}}'
        return Response(200, {"Content-Type": "application/json;charset=utf-8"}, body.encode())

    def _module(self, name: str) -> Module:
        found = self.state.module(name)
        if found is not None and found.type == "subform":
            return found
        try:
            return self._listing.module(name)
        except Exception as error:
            if getattr(error, "code", "") == "INVALID_MODULE":
                raise invalid_module() from None
            raise

    def _record(self, names: list[str], module: Module) -> str:
        if len(names) > _MOST_FIELDS:
            raise limit_exceeded("select", _MOST_FIELDS)
        plain = [_selectable(name, module, self._listing.faults.not_in_coql) for name in names if "." not in name]
        if module.field("id") not in plain:
            plain.append(Field("id", "id"))
        record = record_sql(self.state, plain, "r", names=False)
        for name in (each for each in names if "." in each):
            lookup, _, other = name.partition(".")
            target = self.state.module(_field(lookup, module).about)
            if target is None:
                raise invalid_query("invalid query formed", column_name=name)
            value = value_sql(self.state, _field(other, target), "j", names=False)
            joined = f"(select max({value}) from {self.state.table(target.name)} as j where j.id = r.{quoted(lookup)})"
            record = (
                f"rtrim({record}, '}}') || {text(f',{chr(34)}{name}{chr(34)}:')} || coalesce({joined}, 'null') || '}}'"
            )
        return record


def _field(name: str, module: Module) -> Field:
    found = module.field(name)
    if found is None:
        raise invalid_query("column given seems to be invalid", column_name=name)
    return found


def _selectable(name: str, module: Module, refused: set[str]) -> Field:
    field = _field(name, module)
    if not field.is_queryable or f"{module.name}.{name}" in refused:
        raise invalid_query("column given seems to be invalid", column_name=name)
    return field


def _order(order: str, module: Module) -> str:
    parts = []
    for each in order.split(","):
        name, _, direction = each.strip().partition(" ")
        if direction.strip().lower() not in ("", "asc", "desc"):
            raise syntax_error(each)
        parts.append(f"r.{quoted(_field(name, module).name)} {direction}")
    return ", ".join(parts)


class _Conditions:
    """A parser of one WHERE."""

    def __init__(self, where: str, module: Module) -> None:
        self._tokens, self._module = _TOKEN.findall(where), module
        self._where = where

    def sql(self) -> str:
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
            if self._next() != ")":
                raise syntax_error(")")
            return inner
        field, operator = _field(token, self._module), self._next().lower()
        column = f"r.{quoted(field.name)}"
        if operator == "is":
            is_not = self._next().lower() == "not"
            if is_not:
                self._next()
            return f"({column} is {'not ' if is_not else ''}null)"
        if operator == "in":
            return f"({column} in ({', '.join(_literal(each, field) for each in self._list())}))"
        if operator not in _OPERATORS:
            raise syntax_error(operator)
        return f"({column} {_OPERATORS[operator]} {_literal(self._next(), field)})"

    def _list(self) -> list[str]:
        values, token = [], self._next()
        while token != ")":
            if token not in "(,":
                values.append(token)
            token = self._next()
        return values

    def _next(self) -> str:
        if not self._tokens:
            raise syntax_error(self._where[-20:])
        return str(self._tokens.pop(0))


def _literal(value: str, field: Field) -> str:
    plain = value.strip("'")
    if field.value_kind == "datetime":
        try:
            moment = datetime.fromisoformat(plain)
        except ValueError:
            raise invalid_query("invalid query formed", column_name=field.name) from None
        if moment.tzinfo is None:
            raise invalid_query("invalid query formed", column_name=field.name)
        return f"timestamp '{moment.astimezone(UTC).replace(tzinfo=None)}'"
    return plain if plain in ("true", "false") else text(plain)
