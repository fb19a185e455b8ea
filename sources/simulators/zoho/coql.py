"""COQL: queries of one module's fields, as Zoho's query API takes them, turned into SQL.

``select <fields> from <module> where <condition> [order by …] [limit [offset,] n] [offset n]``.
"""

from __future__ import annotations

import re

import duckdb

from sources.simulators.http import Request, Response
from sources.simulators.http.rendering import json_object
from sources.simulators.zoho.conditions import Conditions, column, field_of, through_lookups
from sources.simulators.zoho.errors import (
    ApiError,
    duplicate_column,
    invalid_data,
    invalid_query,
    limit_exceeded,
    mandatory_not_found,
    missing_clause,
    syntax_error,
)
from sources.simulators.zoho.listing import Listing
from sources.simulators.zoho.rendering import value_sql
from sources.simulators.zoho.schema import Field, Module
from sources.simulators.zoho.state import OrganizationState

_QUERY = re.compile(
    r"\s*select\s+(?P<fields>.+?)\s+from\s+(?P<module>\w+)(?:\s+where\s+(?P<where>.+?))?"
    r"(?:\s+order\s+by\s+(?P<order>[\w\s,.]+?))?(?:\s+limit\s+(?:(?P<offset>\d+)\s*,\s*)?(?P<limit>\d+))?"
    r"(?:\s+offset\s+(?P<skip>\d+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_MOST_FIELDS, _MOST_ROWS, _FARTHEST, _BY_DEFAULT, _MOST_SORTED = 500, 2_000, 100_000, 200, 10


class Coql:
    """Answers ``POST /coql``. Deleted and unapproved records, and converted leads, are not found by it."""

    def __init__(self, state: OrganizationState, listing: Listing) -> None:
        self.state, self._listing = state, listing

    def answer(self, request: Request) -> Response:
        """Run the query of a request."""
        try:
            query = str(request.json()["select_query"])
        except (ValueError, KeyError, TypeError):
            raise mandatory_not_found("select_query") from None
        match = _QUERY.fullmatch(query)
        if match is None:
            raise syntax_error(query[:60])
        if match["where"] is None:
            raise missing_clause("where")
        limit, first = int(match["limit"] or _BY_DEFAULT), int(match["offset"] or match["skip"] or 0)
        if limit == 0:
            raise invalid_data("limit should be greater than 0")
        if limit > _MOST_ROWS or first + limit > _FARTHEST:
            raise limit_exceeded("limit", _MOST_ROWS if limit > _MOST_ROWS else _FARTHEST)
        module = self._module(match["module"])
        record = self._record([each.strip(" \n\t'\"") for each in match["fields"].split(",")], module)
        condition = Conditions(match["where"], module, self.state).sql()
        hidden = ' and not coalesce(r."Converted__s", false)' if module.field("Converted__s") else ""
        if module.is_module:
            hidden += ' and coalesce(r."_approved", true)'
        order = self._order(match["order"], module) if match["order"] else "r.id"
        rows = min(limit, self._listing.faults.coql_rows)
        sql = f"select {record} from {self.state.table(module.name)} as r where {condition}{hidden}"
        found = self._run(f"{sql} order by {order} limit {rows + 1} offset {first}")
        if not found:
            return Response(204)
        more, found = str(len(found) > rows).lower(), found[:rows]
        body = f'{{"data":[{",".join(found)}],"info":{{"count":{len(found)},"more_records":{more}}}}}'
        return Response(200, {"Content-Type": "application/json;charset=utf-8"}, body.encode())

    def _run(self, sql: str) -> list[str]:
        try:
            return [row[0] for row in self.state.cursor().execute(sql).fetchall()]
        except duckdb.ConversionException:  # a literal that is no value of its field's type
            raise invalid_query("Invalid query formed") from None

    def _module(self, name: str) -> Module:
        found = self.state.module(name)
        if found is not None and found.type == "subform":
            return found
        try:
            return self._listing.module(name)
        except ApiError as error:
            if error.code == "INVALID_MODULE":
                raise ApiError(400, error.code, "the given module is not supported in api") from None
            raise

    def _record(self, names: list[str], module: Module) -> str:
        """The JSON object of one record: the fields named, and always the id."""
        if len(names) > _MOST_FIELDS:
            raise limit_exceeded("select", _MOST_FIELDS)
        refused, members = self._listing.faults.not_in_coql, {}
        for name in names:
            if name in members:
                raise duplicate_column(name, "select")
            if "." in name:
                _, joined = through_lookups(name, module, self.state, self._shown)
                members[name] = f"coalesce({joined}, 'null')"
            else:
                members[name] = self._shown(_selectable(name, module, refused), "r")
        return json_object((members | {"id": self._shown(Field("id", "id"), "r")}).items())

    def _shown(self, field: Field, alias: str) -> str:
        return value_sql(self.state, field, alias, names=False)

    def _order(self, order: str, module: Module) -> str:
        parts: dict[str, str] = {}
        for each in order.split(","):
            name, _, direction = each.strip().partition(" ")
            if direction.strip().lower() not in ("", "asc", "desc"):
                raise syntax_error(each)
            if name in parts:
                raise duplicate_column(name, "order by")
            parts[name] = f"{column(name, module, self.state)[1]} {direction}"
        if len(parts) > _MOST_SORTED:
            raise limit_exceeded("order by", _MOST_SORTED)
        return ", ".join(parts.values())


def _selectable(name: str, module: Module, refused: set[str]) -> Field:
    field = field_of(name, module)
    if not field.is_queryable or f"{module.name}.{name}" in refused:
        raise invalid_query("column given seems to be invalid", column_name=name)
    return field
