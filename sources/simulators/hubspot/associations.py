"""Who belongs to whom: the associations of many records, page by page for a record that has many."""

from __future__ import annotations

from typing import Any

from sources.simulators.http import Fault, Request, Response, as_json
from sources.simulators.hubspot.errors import bad_request
from sources.simulators.hubspot.faults import Faults
from sources.simulators.hubspot.links import associated, page_of, plain
from sources.simulators.hubspot.objects import object_type
from sources.simulators.hubspot.state import AccountState

_MOST = 1_000


class Associations:
    """Answers what is asked of associations alone."""

    def __init__(self, state: AccountState, faults: Faults) -> None:
        self.state, self.faults = state, faults

    def answer(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``POST /crm/v4/associations/<from>/<to>/batch/read``: a result per record that has associations.

        The others are named by an error, and that is usual.
        """
        one, two = (object_type(self.state, self.faults, name).name for name in request.parameters)
        inputs = request.json().get("inputs", [])
        if len(inputs) > _MOST:
            raise bad_request(f"The batch size must not exceed {_MOST}")
        broken = {str(inputs[0]["id"])} if fault and fault.kind == "partial" and inputs else set()
        by_id = associated(self.state, one, two, [str(each["id"]) for each in inputs])
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

    def of_one(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET /crm/v4/objects/<from>/<id>/associations/<to>``, and the same of v3 with its short kinds."""
        version, one, identifier, two = request.parameters
        one, two = (object_type(self.state, self.faults, name).name for name in (one, two))
        entries = associated(self.state, one, two, [identifier]).get(identifier, [])
        shown = entries if version == "4" else plain(one, two, entries)
        after, link = int(request.query.get("after") or 0), f"{request.url}{request.path}"
        return as_json(page_of(shown, after, self.faults.association_rows, link))


def _error(category: str, ids: list[str], message: str) -> dict[str, Any]:
    return {"status": "error", "category": category, "message": message, "context": {"fromObjectId": ids}}
