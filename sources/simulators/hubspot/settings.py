"""What is no record: properties, schemas of custom types, pipelines, owners, campaigns, currencies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sources.simulators.http import Fault, Request, Response, as_json
from sources.simulators.hubspot.errors import ApiError, bad_request, missing_scopes
from sources.simulators.hubspot.faults import Faults
from sources.simulators.hubspot.objects import object_type
from sources.simulators.hubspot.state import AccountState


class Settings:
    """Answers from the schema and from the documents of a state."""

    def __init__(self, state: AccountState, faults: Faults) -> None:
        self.state, self.faults = state, faults

    def properties(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET /crm/v3/properties/<type>``; there is no paging."""
        found = object_type(self.state, self.faults, request.parameters[0])
        if request.query.get("archived", "false") == "true":
            return as_json({"results": _parsed(self.state.documents(f"property:{found.name}", archived=True))})
        return as_json({"results": found.definitions(self.state.unique_properties(found))})

    def schemas(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET /crm/v3/schemas``: the custom object types."""
        custom = [each for each in self.state.schema.values() if each.type_id.startswith("2-")]
        results = [
            {
                "id": each.type_id.removeprefix("2-"),
                "objectTypeId": each.type_id,
                "fullyQualifiedName": each.name,
                "name": each.name.partition("_")[2] or each.name,
                "primaryDisplayProperty": "hs_object_id",
                "properties": each.definitions(self.state.unique_properties(each)),
                "associations": [],
            }
            for each in custom
        ]
        return as_json({"results": results})

    def pipelines(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET /crm/v3/pipelines/<type>``."""
        name = object_type(self.state, self.faults, request.parameters[0]).name
        return as_json({"results": _parsed(self.state.documents(f"pipeline:{name}"))})

    def owners(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET /crm/v3/owners``: those of today, or with ``archived`` the former ones."""
        self._require("owners", "crm.objects.owners.read")
        limit = int(request.query.get("limit", "100"))
        if not 0 < limit <= 500:
            raise bad_request("The limit must be between 1 and 500")
        archived = request.query.get("archived", "false") == "true"
        return self._paged(request, _parsed(self.state.documents("owner", archived)), limit)

    def campaigns(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET /marketing/v3/campaigns`` with the properties asked for."""
        self._require("campaigns", "marketing.campaigns.read")
        asked = [name for name in request.query.get("properties", "").split(",") if name]
        documents = _parsed(self.state.documents("campaign"))
        for each in documents:
            each["properties"] = {name: value for name, value in each["properties"].items() if name in asked}
        return self._paged(request, documents, min(int(request.query.get("limit", "50")), 100))

    def company_currency(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET /settings/v3/currencies/company-currency``."""
        self._require("currencies", "settings.currencies.read")
        documents = self.state.documents("company_currency")
        if not documents:
            raise ApiError(404, "OBJECT_NOT_FOUND", "no company currency")
        return as_json(json.loads(documents[0]))

    def exchange_rates(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET /settings/v3/currencies/exchange-rates``, with every rate there ever was."""
        self._require("currencies", "settings.currencies.read")
        limit = min(int(request.query.get("limit", "100")), 100)
        return self._paged(request, _parsed(self.state.documents("exchange_rate")), limit)

    def current_rates(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET /settings/v3/currencies/exchange-rates/current``: of each pair the latest rate in effect."""
        self._require("currencies", "settings.currencies.read")
        rates = _parsed(self.state.documents("exchange_rate"))
        begun = [each for each in rates if _effective(each) <= self.state.exact_now().replace(tzinfo=UTC)]
        by_pair = {(each["fromCurrencyCode"], each["toCurrencyCode"]): each for each in sorted(begun, key=_effective)}
        return self._paged(request, list(by_pair.values()), min(int(request.query.get("limit", "100")), 100))

    def _paged(self, request: Request, documents: Sequence[dict[str, Any]], limit: int) -> Response:
        first = int(request.query.get("after") or 0)
        end = first + min(limit, self.faults.page_rows)
        answer: dict[str, Any] = {"results": list(documents[first:end])}
        if end < len(documents):
            answer["paging"] = {"next": {"after": str(end), "link": f"{request.url}{request.path}?after={end}"}}
        return as_json(answer)

    def _require(self, name: str, scope: str) -> None:
        if name in self.faults.unreadable:
            raise missing_scopes(scope)


def _effective(rate: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(rate["effectiveAt"])


def _parsed(documents: Sequence[str]) -> list[dict[str, Any]]:
    return [json.loads(each) for each in documents]
