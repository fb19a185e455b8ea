"""Reading records: the list, one record, and many by id, with the history of properties."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from sources.simulators.http import Fault, Request, Response, as_json, quoted, text
from sources.simulators.hubspot.errors import bad_request, missing_scopes, not_found, unknown_type
from sources.simulators.hubspot.faults import Faults
from sources.simulators.hubspot.links import add_inline
from sources.simulators.hubspot.rendering import columns_of, iso, record, selected
from sources.simulators.hubspot.schema import ObjectType
from sources.simulators.hubspot.state import AccountState

_MOST = 100
_MOST_WITH_HISTORY = 50


def object_type(state: AccountState, faults: Faults, name: str) -> ObjectType:
    """Return the object type of a path. Raises ApiError where there is none, or none that may be read."""
    found = state.object_type(name)
    if found is None:
        raise unknown_type(name)
    if found.name in faults.unreadable:
        raise missing_scopes(f"crm.objects.{found.name}.read")
    return found


class Objects:
    """Answers the endpoints of ``/crm/v3/objects`` but the search."""

    def __init__(self, state: AccountState, faults: Faults) -> None:
        self.state, self.faults = state, faults

    def listing(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET objects/<type>``: by id, strongly consistent."""
        found = object_type(self.state, self.faults, request.parameters[0])
        history = _listed(request, "propertiesWithHistory")
        limit = self._limit(request.query.get("limit", "10"), _MOST_WITH_HISTORY if history else _MOST)
        names = columns_of(found, _listed(request, "properties"))
        archived, after = request.query.get("archived", "false") == "true", request.query.get("after", "")
        since = f" and cast(_id as bigint) > {int(after)}" if after.isdigit() else ""
        sql = f"select {selected(found, names)} from {self.state.table(found.name)} where _archived = {archived}{since}"
        rows = self.state.cursor().execute(f"{sql} order by cast(_id as bigint) limit {limit + 1}").fetchall()
        page = rows[:limit]
        if fault and rows:
            # the same records follow, behind a page that has none or one of them
            page = rows[:1] if fault.kind == "short_page" else []
        # what ``after`` holds is HubSpot's affair: behind an empty page it is another one
        last = page[-1][0] if page else f"0{after}"
        results = [record(found, names, row) for row in page]
        self._add_history(found, history, results)
        self._add_associations(request, found, results)
        return as_json({"results": results} | _next(request, last, more=len(rows) > len(page)))

    def one(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET objects/<type>/<id>``; an id that was merged away leads to the survivor."""
        found = object_type(self.state, self.faults, request.parameters[0])
        names = columns_of(found, _listed(request, "properties"))
        archived, asked = request.query.get("archived", "false") == "true", unquote(request.parameters[1])
        identifier = self._identified(found, request.query.get("idProperty"), [asked])[asked]
        results = self._by_id(found, names, [identifier], archived)
        if not results:
            raise not_found(asked)
        self._add_history(found, _listed(request, "propertiesWithHistory"), results)
        self._add_associations(request, found, results)
        return as_json(results[0])

    def batch(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``POST objects/<type>/batch/read``: 207 where an id is not found."""
        found, body = object_type(self.state, self.faults, request.parameters[0]), request.json()
        history = body.get("propertiesWithHistory") or []
        ids = list(dict.fromkeys(str(each["id"]) for each in body.get("inputs", [])))
        if len(ids) > (_MOST_WITH_HISTORY if history else _MOST):
            raise bad_request(f"The batch size must not exceed {_MOST_WITH_HISTORY if history else _MOST}")
        names = columns_of(found, body.get("properties") or [])
        archived = request.query.get("archived", "false") == "true"
        broken = ids[:1] if fault and fault.kind == "partial" else []
        identified = self._identified(found, body.get("idProperty"), ids[len(broken) :])
        results = self._by_id(found, names, list(identified.values()), archived)
        self._add_history(found, history, results)
        answered = {each["id"] for each in results}
        lost = [each for each, identifier in identified.items() if self._survivor(found, identifier) not in answered]
        document: dict[str, Any] = {"status": "COMPLETE", "results": results}
        errors = [_error("OBJECT_NOT_FOUND", "Could not get some objects, they may be deleted", lost)] if lost else []
        errors += [_error("INTERNAL_ERROR", "internal error", broken)] if broken else []
        if not errors:
            return as_json(document)
        return as_json(document | {"numErrors": len(errors), "errors": errors}, 207)

    def _identified(self, found: ObjectType, name: str | None, asked: Sequence[str]) -> dict[str, str]:
        """Return what was asked for → its id, or no id where no record has that value of the property."""
        if not name or name == "hs_object_id":
            return {each: each for each in asked}
        if name not in self.state.unique_properties(found) and (found.name, name) != ("contacts", "email"):
            raise bad_request(f"The idProperty {name} is no property with unique values")
        values = ", ".join(text(each.lower()) for each in asked) or "''"
        sql = f"select lower({quoted(name)}), _id from {self.state.table(found.name)} where not _archived"
        rows = self.state.cursor().execute(f"{sql} and lower({quoted(name)}) in ({values})").fetchall()
        by_value: dict[str, str] = dict(rows)
        return {each: by_value.get(each.lower(), "") for each in asked}

    def _by_id(
        self, found: ObjectType, names: Sequence[str], ids: Sequence[str], archived: bool
    ) -> list[dict[str, Any]]:
        led = list(dict.fromkeys(self._survivor(found, each) for each in ids))
        if not led:
            return []
        listed = ", ".join(map(text, led))
        sql = f"select {selected(found, names)} from {self.state.table(found.name)}"
        sql += f" where _archived = {archived} and _id in ({listed}) order by cast(_id as bigint)"
        return [record(found, names, row) for row in self.state.cursor().execute(sql).fetchall()]

    def _survivor(self, found: ObjectType, identifier: str) -> str:
        sql = f"select new_id from {self.state.table('_merged')} where object = {text(found.name)}"
        row = self.state.cursor().execute(f"{sql} and old_id = {text(identifier)}").fetchone()
        return row[0] if row else identifier

    def _add_history(self, found: ObjectType, names: Sequence[str], results: list[dict[str, Any]]) -> None:
        """Give every result the values that properties had, the latest first."""
        if not names or not results:
            return
        ids, chosen = ", ".join(text(each["id"]) for each in results), ", ".join(map(text, names))
        sql = f"select id, property, value, changed_at, source_type from {self.state.table('_history')}"
        sql += f" where object = {text(found.name)} and id in ({ids}) and property in ({chosen})"
        sql += " order by id, changed_at desc"
        by_id = itertools.groupby(self.state.cursor().execute(sql).fetchall(), key=lambda row: row[0])
        values = {identifier: list(rows) for identifier, rows in by_id}
        for each in results:
            own = values.get(each["id"], [])
            each["propertiesWithHistory"] = {
                name: [
                    {"value": value, "timestamp": iso(at), "sourceType": kind, "sourceId": "userId:1"}
                    for _, which, value, at, kind in own
                    if which == name
                ]
                for name in names
            }

    def _add_associations(self, request: Request, found: ObjectType, results: list[dict[str, Any]]) -> None:
        """Give every result its associations with the types that the request names."""
        asked = _listed(request, "associations")
        others = [object_type(self.state, self.faults, name).name for name in asked]
        add_inline(self.state, found.name, others, results, self.faults.association_rows, request.url)

    def _limit(self, given: str, most: int) -> int:
        if not given.isdigit() or not 0 < int(given) <= most:
            raise bad_request(f"The limit must be between 1 and {most}")
        return min(int(given), self.faults.page_rows)


def _listed(request: Request, parameter: str) -> list[str]:
    """The names in a parameter, with commas between them or given once each."""
    return [name for value in request.repeated.get(parameter, ()) for name in value.split(",") if name]


def _error(category: str, message: str, ids: Sequence[str]) -> dict[str, Any]:
    return {"status": "error", "category": category, "message": message, "context": {"ids": list(ids)}}


def _next(request: Request, after: str, *, more: bool) -> dict[str, Any]:
    if not more:
        return {}
    link = f"{request.url}{request.path}?after={after}"
    return {"paging": {"next": {"after": after, "link": link}}}
