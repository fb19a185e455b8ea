"""The records API: pages of a module, records by id, related lists, deleted records, counts."""

from __future__ import annotations

import itertools
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sources.simulators.http import Fault, Request, Response, quoted, text
from sources.simulators.http.rendering import json_object, json_text
from sources.simulators.zoho.errors import (
    ApiError,
    discrete_limit,
    invalid_data,
    invalid_module,
    limit_exceeded,
    missing,
    no_permission,
    unknown_id,
)
from sources.simulators.zoho.faults import Faults
from sources.simulators.zoho.rendering import moment_sql, record_sql, shown_moment, value_sql
from sources.simulators.zoho.schema import Field, Module
from sources.simulators.zoho.state import DELETED, OrganizationState

_MOST_FIELDS, _MOST_IDS, _MOST_ROWS = 50, 100, 200
_SORTS = ("id", "Created_Time", "Modified_Time")
_OPEN_TOKENS = 500


@dataclass(frozen=True)
class _Place:
    """Where a page token goes on: behind so many records of the same request, until a moment."""

    request: tuple[tuple[str, str], ...]
    after: int
    expires_at: datetime


class Listing:
    """Answers about the records of a module."""

    def __init__(self, state: OrganizationState, faults: Faults) -> None:
        self.state, self.faults = state, faults
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._numbers = itertools.count(1)

    def module(self, name: str) -> Module:
        """Return a module with records. Raises ApiError where there is none, or none that may be read."""
        module = self.state.module(name)
        if module is None or not module.is_module:
            raise invalid_module()
        if name in self.faults.unreadable:
            raise no_permission(name)
        return module

    def records(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET /{module}``: a page of records, or those of up to 100 ids."""
        module = self.module(request.parameters[0])
        fields = self._fields(request, module)
        where = " and ".join(self._conditions(request, module))
        order = f"{quoted(self._sort(request))} {_order(request)}, id"
        sql = f"from {self.state.table(module.name)} as r where {where} order by r.{order}"
        return self._page(request, record_sql(self.state, fields, "r"), sql, fault)

    def record(self, request: Request) -> Response:
        """Answer ``GET /{module}/{id}``: every field, or those asked for."""
        name, record = request.parameters
        module = self.module(name)
        fields = self._fields(request, module) if "fields" in request.query else module.fields
        where = f"from {self.state.table(name)} as r where r.id = {text(record)}"
        found = self.state.cursor().execute(f"select {record_sql(self.state, fields, 'r')} {where}").fetchone()
        if found is None:
            raise unknown_id()
        return _json(f'{{"data":[{found[0]}]}}')

    def deleted(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET /{module}/deleted``, latest first."""
        module = self.module(request.parameters[0])
        where = f"module = {text(module.name)}"
        if (kind := request.query.get("type", "all")) != "all":
            where += f" and type = {text(kind)}"
        if since := _since(request):
            where += f" and deleted_at >= timestamp '{since}'"
        row = (
            """concat('{"deleted_by":{"name":"Ann","id":"1"},"id":"', id, '","display_name":', """
            """coalesce(to_json(display_name)::varchar, 'null'), ',"type":"', type, '","created_by":null,"""
            f""""deleted_time":', {moment_sql("deleted_at")}, '}}')"""
        )
        sql = f"from {self.state.table(DELETED)} where {where} order by deleted_at desc, id"
        return self._page(request, row, sql, fault)

    def count(self, request: Request) -> Response:
        """Answer ``GET /{module}/actions/count``: what the plain list shows."""
        module = self.module(request.parameters[0])
        where = " and ".join(self._conditions(request, module))
        row = self.state.cursor().execute(f"select count(*) from {self.state.table(module.name)} as r where {where}")
        return _json(f'{{"count":{(row.fetchone() or (0,))[0]}}}')

    def related(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET /{module}/{id}/{related list}``: the stages of a deal, the members of a campaign."""
        name, record, listed = request.parameters
        module = self.module(name)
        if not self._count(f"from {self.state.table(module.name)} where id = {text(record)}"):
            raise unknown_id()
        if name == "Deals" and listed == "Stage_History":
            history = self.state.schema[listed]
            fields = [each for each in self._fields(request, history) if each.name != "Parent_Id"]
            sql = f'from {self.state.table(listed)} as r where r."Parent_Id" = {text(record)} order by r.id desc'
            return self._page(request, record_sql(self.state, fields, "r"), sql, fault)
        if name == "Campaigns" and listed in ("Leads", "Contacts"):
            return self._members(request, record, listed, fault)
        raise invalid_data("the relation name given seems to be invalid", resource_path_index=2)

    def _members(self, request: Request, campaign: str, listed: str, fault: Fault | None) -> Response:
        module = self.module(listed)
        wanted = tuple(each for each in _names(request) if each != "Member_Status")
        fields = [each for each in module.fields if each.name in (*wanted, "id")]
        members = [(each.name, value_sql(self.state, each, "r")) for each in fields]
        record = json_object([*members, ("Member_Status", json_text('m."Member_Status"'))])
        sql = (
            f"from {self.state.table('Campaign_Members')} as m"
            f' join {self.state.table(listed)} as r on m."Member" = r.id'
            f' where m."Parent_Id" = {text(campaign)} and m."Module" = {text(listed)} order by r.id'
        )
        return self._page(request, record, sql, fault)

    def _fields(self, request: Request, module: Module) -> list[Field]:
        names = _names(request)
        return [each for each in module.fields if each.name in names or each.name == "id"]

    def _conditions(self, request: Request, module: Module) -> list[str]:
        conditions = ["true"]
        if ids := request.query.get("ids"):
            listed = ids.split(",")
            if len(listed) > _MOST_IDS:
                raise limit_exceeded("ids", _MOST_IDS)
            conditions.append(f"r.id in ({', '.join(text(each) for each in listed)})")
        for option, column, by_default in (
            ("converted", '"Converted__s"', "false"),
            ("approved", '"_approved"', "true"),
        ):
            wanted = request.query.get(option, by_default)
            if wanted not in ("true", "false", "both"):
                raise invalid_data(f"{option} is invalid", param_name=option)
            if wanted != "both" and (option == "approved" or module.field("Converted__s")):
                conditions.append(f"coalesce(r.{column}, {by_default}) = {wanted}")
        if since := _since(request):
            conditions.append(f"r.\"Modified_Time\" >= timestamp '{since}'")
        return conditions

    def _sort(self, request: Request) -> str:
        sort = request.query.get("sort_by", "id")
        if sort not in _SORTS:
            raise invalid_data("the given sort_by is invalid", param_name="sort_by")
        return sort

    def _page(self, request: Request, row: str, sql: str, fault: Fault | None) -> Response:
        """Cut a page; a token is bound to the request it came from and goes on by position."""
        asked = tuple(sorted(item for item in request.query.items() if item[0] not in ("page", "page_token")))
        size = min(number_of(request, "per_page", _MOST_ROWS), _MOST_ROWS, self.faults.page_rows)
        page = number_of(request, "page", 1)
        first = (page - 1) * size
        if token := request.query.get("page_token"):
            first = self._place(token, asked)
        elif first + size > self.faults.numbered_rows:
            raise discrete_limit(self.faults.numbered_rows)
        found = self.state.cursor().execute(f"select {row} {sql} limit {size + 1} offset {first}").fetchall()
        rows = [each[0] for each in found]
        if not rows:
            # nothing modified since and nothing there both have no body
            return Response(304 if "if-modified-since" in request.headers and not first else 204)
        more, rows = len(rows) > size, rows[:size]
        info: dict[str, Any] = {"per_page": size, "count": len(rows), "page": page, "more_records": more}
        info |= {"sort_by": request.query.get("sort_by", "id"), "sort_order": _order(request)}
        info |= {"previous_page_token": None, "next_page_token": None, "page_token_expiry": None}
        if more and request.endpoint in ("records", "related") and first + size < self.faults.token_rows:
            info["next_page_token"] = self._keep(asked, first + size)
            info["page_token_expiry"] = shown_moment(self.state.now() + self.faults.page_token_lifetime)
        if fault is not None and fault.kind == "short_page":
            rows = rows[:-1]
        return _json(f'{{"data":[{",".join(rows)}],"info":{json.dumps(info)}}}')

    def _keep(self, asked: tuple[tuple[str, str], ...], after: int) -> str:
        with self.state.lock:
            token = f"c8582xx9e7c{next(self._numbers)}"
            self._places[token] = _Place(asked, after, self.state.now() + self.faults.page_token_lifetime)
            while len(self._places) > _OPEN_TOKENS:
                self._places.popitem(last=False)
        return token

    def _place(self, token: str, asked: tuple[tuple[str, str], ...]) -> int:
        place = self._places.get(token)
        if place is None or place.request != asked:
            raise invalid_data("the given page_token is invalid", param_name="page_token")
        if place.expires_at <= self.state.now():
            raise ApiError(400, "EXPIRED_VALUE", "expired value", {"param_name": "page_token"})
        return place.after

    def _count(self, sql: str) -> int:
        row = self.state.cursor().execute(f"select count(*) {sql}").fetchone()
        return int(row[0]) if row else 0


def _names(request: Request) -> Sequence[str]:
    """The fields asked for. Raises ApiError where none or too many are."""
    names = [name for name in request.query.get("fields", "").split(",") if name]
    if not names:
        raise missing("fields")
    if len(names) > _MOST_FIELDS:
        raise limit_exceeded("fields", _MOST_FIELDS)
    return names


def _order(request: Request) -> str:
    return "asc" if request.query.get("sort_order") == "asc" else "desc"


def number_of(request: Request, parameter: str, by_default: int) -> int:
    """Return a parameter that is a number from 1 on. Raises ApiError for any other."""
    value = request.query.get(parameter, str(by_default))
    if not value.isdecimal() or int(value) < 1:
        raise invalid_data(f"the given {parameter} is invalid", param_name=parameter)
    return int(value)


def _since(request: Request) -> datetime | None:
    """The moment of If-Modified-Since, naive UTC in whole seconds."""
    value = request.headers.get("if-modified-since")
    if not value:
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except ValueError:
        raise invalid_data("invalid date", header="If-Modified-Since") from None


def _json(document: str) -> Response:
    return Response(200, {"Content-Type": "application/json;charset=utf-8"}, document.encode())
