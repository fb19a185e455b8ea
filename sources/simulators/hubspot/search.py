"""The search: filters, a text, one sort, pages by offset up to 10,000 results, over an index changes reach late."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sources.simulators.http import Fault, Request, Response, as_json, quoted, text
from sources.simulators.hubspot.errors import bad_request, rate_limited
from sources.simulators.hubspot.faults import Faults
from sources.simulators.hubspot.full_text import contains_query
from sources.simulators.hubspot.objects import object_type
from sources.simulators.hubspot.rendering import columns_of, record, selected
from sources.simulators.hubspot.schema import ObjectType
from sources.simulators.hubspot.state import AccountState

_CAP = 10_000
_MOST = 200
_MOMENTS = ("date", "datetime")
_COMPARISONS = {"EQ": "=", "NEQ": "<>", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}


class Search:
    """Answers ``POST objects/<type>/search``."""

    def __init__(self, state: AccountState, faults: Faults) -> None:
        self.state, self.faults = state, faults
        self._asked: deque[datetime] = deque()

    def answer(self, request: Request, fault: Fault | None) -> Response:
        """Return one page of what matches; ``total`` stops counting at the cap."""
        self._limit_rate()
        found, body = object_type(self.state, self.faults, request.parameters[0]), request.json()
        limit, after = int(body.get("limit", 10)), int(body.get("after") or 0)
        if not 0 < limit <= _MOST:
            raise bad_request(f"limit must be between 1 and {_MOST}")
        if after + min(limit, self.faults.search_rows) > _CAP or after >= _CAP:
            raise bad_request("There was a problem with the request: paging beyond 10,000 results")
        limit, relation = min(limit, self.faults.search_rows), self.state.searched(found.name)
        condition = f"not _archived and ({self._groups(found, body.get('filterGroups') or [])})"
        condition += f" and {contains_query(found, body.get('query'))}"
        counted = self.state.cursor().execute(f"select count(*) from {relation} where {condition}").fetchone()
        total = min(counted[0] if counted else 0, _CAP)
        names = columns_of(found, body.get("properties") or [])
        kind = fault.kind if fault else ""
        shown = {"empty_page": 0, "short_page": 1}.get(kind, limit)
        sql = f"select {selected(found, names)} from {relation} where {condition} order by {self._order(found, body)}"
        rows = self.state.cursor().execute(f"{sql} limit {shown} offset {after}").fetchall()
        document: dict[str, Any] = {"total": total, "results": [record(found, names, row) for row in rows]}
        if after + len(rows) < (counted[0] if counted else 0):
            following = str(after + len(rows)) if rows else f"0{body.get('after') or ''}"
            document["paging"] = {"next": {"after": following}}
        return as_json(document)

    def _limit_rate(self) -> None:
        """Raise ApiError 429 beyond the searches of one second; no header tells how many are left."""
        allowed, now = self.faults.searches_per_second, self.state.exact_now()
        if allowed is None:
            return
        while self._asked and self._asked[0] <= now - timedelta(seconds=1):
            self._asked.popleft()
        if len(self._asked) >= allowed:
            raise rate_limited("SECONDLY")
        self._asked.append(now)

    def _groups(self, found: ObjectType, groups: list[Mapping[str, Any]]) -> str:
        if len(groups) > 5 or any(len(group.get("filters", [])) > 6 for group in groups):
            raise bad_request("Too many filters: at most 5 groups of 6")
        parts = [" and ".join(self._filter(found, each) for each in group["filters"]) or "true" for group in groups]
        return " or ".join(f"({part})" for part in parts) or "true"

    def _filter(self, found: ObjectType, given: Mapping[str, Any]) -> str:
        name, operator = given["propertyName"], given["operator"]
        if name not in found.properties:
            # contacts know this one by another name and say nothing
            if name == "hs_lastmodifieddate":
                return "false"
            raise bad_request(f"There was a problem with the request: unknown property {name}")
        column = self._column(found, name)
        if operator in _COMPARISONS:
            return f"{column} {_COMPARISONS[operator]} {self._value(found, name, given['value'])}"
        if operator == "BETWEEN":
            low, high = (self._value(found, name, given[end]) for end in ("value", "highValue"))
            return f"{column} between {low} and {high}"
        if operator in ("IN", "NOT_IN"):
            values = ", ".join(self._value(found, name, each) for each in given["values"])
            # texts have to be given in lower case, whatever case the records have them in
            own = f"lower({column})" if found.properties[name] not in ("number", *_MOMENTS) else column
            return f"{own} {'not ' if operator == 'NOT_IN' else ''}in ({values})"
        if operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
            pattern = re.escape(str(given["value"])).replace(r"\*", r"\w*")
            pattern = rf"(^|\W){pattern}($|\W)"
            contains = f"coalesce(regexp_matches({quoted(name)}, {text(pattern)}, 'i'), false)"
            return f"{'not ' if operator == 'NOT_CONTAINS_TOKEN' else ''}{contains}"
        if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
            return f"nullif({quoted(name)}, '') is {'not ' if operator == 'HAS_PROPERTY' else ''}null"
        raise bad_request(f"unknown operator {operator}")

    def _column(self, found: ObjectType, name: str) -> str:
        if name in (found.created, found.modified):
            return "_created_at" if name == found.created else "_updated_at"
        if name == "hs_object_id":
            return "_id" if self.faults.ids_compare_as_text else "cast(_id as bigint)"
        if found.properties[name] in _MOMENTS:
            iso = f"cast(try_cast({quoted(name)} as timestamptz) as timestamp)"
            return f"coalesce(epoch_ms(try_cast({quoted(name)} as bigint)), {iso})"
        return f"try_cast({quoted(name)} as double)" if found.properties[name] == "number" else quoted(name)

    def _value(self, found: ObjectType, name: str, given: object) -> str:
        value = str(given)
        if found.properties[name] in _MOMENTS:
            is_number = value.removeprefix("-").isdigit()
            if is_number and int(value) == 0:
                raise bad_request("There was a problem with the request: a time of 0")
            return f"epoch_ms({int(value)})" if is_number else f"cast({text(value)}::timestamptz as timestamp)"
        if name == "hs_object_id":
            return text(value) if self.faults.ids_compare_as_text else str(int(value))
        return str(float(value)) if found.properties[name] == "number" else text(value)

    def _order(self, found: ObjectType, body: Mapping[str, Any]) -> str:
        sorts = body.get("sorts") or []
        if len(sorts) > 1:
            raise bad_request("at most one sort")
        if not sorts:
            return "cast(_id as bigint)"
        if isinstance(sorts[0], str):
            name, descends = sorts[0].removeprefix("-"), sorts[0].startswith("-")
        else:
            name, descends = sorts[0].get("propertyName", ""), sorts[0].get("direction") == "DESCENDING"
        if name not in found.properties:
            raise bad_request(f"There was a problem with the request: unknown property {name}")
        # the order among equals is nobody's promise
        return f"{self._column(found, name)} {'desc' if descends else 'asc'}, hash(_id)"
