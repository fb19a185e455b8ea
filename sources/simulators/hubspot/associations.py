"""Who belongs to whom: the associations of many records, page by page for a record that has many."""

from __future__ import annotations

from typing import Any

from sources.simulators.http import Fault, Request, Response, as_json, text
from sources.simulators.hubspot.errors import bad_request
from sources.simulators.hubspot.faults import Faults
from sources.simulators.hubspot.objects import object_type
from sources.simulators.hubspot.state import AccountState

_MOST = 1_000


class Associations:
    """Answers ``POST /crm/v4/associations/<from>/<to>/batch/read``."""

    def __init__(self, state: AccountState, faults: Faults) -> None:
        self.state, self.faults = state, faults

    def answer(self, request: Request, fault: Fault | None) -> Response:
        """Return a result per record that has associations; the others are named by an error, and that is usual."""
        one, two = (object_type(self.state, self.faults, name).name for name in request.parameters)
        inputs = request.json().get("inputs", [])
        if len(inputs) > _MOST:
            raise bad_request(f"The batch size must not exceed {_MOST}")
        broken = {str(inputs[0]["id"])} if fault and fault.kind == "partial" and inputs else set()
        by_id = self._associated(one, two, [str(each["id"]) for each in inputs])
        results, without = [], []
        for each in inputs:
            identifier, after = str(each["id"]), int(each.get("after") or 0)
            if identifier in broken:
                continue
            own = by_id.get(identifier, [])
            if not own:
                without.append(identifier)
                continue
            end = after + self.faults.association_rows
            result: dict[str, Any] = {"from": {"id": identifier}, "to": own[after:end]}
            if end < len(own):
                result["paging"] = {"next": {"after": str(end)}}
            results.append(result)
        errors = [_error("NO_ASSOCIATIONS_FOUND", [each], f"No {two} is associated") for each in without]
        errors += [_error("INTERNAL_ERROR", [each], "internal error") for each in broken]
        document: dict[str, Any] = {"status": "COMPLETE", "results": results}
        if not errors:
            return as_json(document)
        return as_json(document | {"numErrors": len(errors), "errors": errors}, 207)

    def _associated(self, one: str, two: str, ids: list[str]) -> dict[str, list[dict[str, Any]]]:
        """Return id → the records associated with it, those that are archived left out."""
        listed = ", ".join(map(text, ids)) or "''"
        sql = (
            f"select from_id, to_id, category, type_id, label from {self.state.table('_associations')} as links"
            f" where from_type = {text(one)} and to_type = {text(two)} and from_id in ({listed})"
            f" and exists (select 1 from {self.state.table(one)} where _id = from_id and not _archived)"
            f" and exists (select 1 from {self.state.table(two)} where _id = to_id and not _archived)"
            " order by from_id, cast(to_id as bigint), type_id"
        )
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for from_id, to_id, category, type_id, label in self.state.cursor().execute(sql).fetchall():
            entry = found.setdefault(from_id, {}).setdefault(to_id, {"toObjectId": int(to_id), "associationTypes": []})
            entry["associationTypes"].append({"category": category, "typeId": type_id, "label": label})
        return {identifier: list(entries.values()) for identifier, entries in found.items()}


def _error(category: str, ids: list[str], message: str) -> dict[str, Any]:
    return {"status": "error", "category": category, "message": message, "context": {"fromObjectId": ids}}
