"""Which answer belongs to which path, and the checks every call passes first: token and faults."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sources.simulators.http import Fault, NoRoute, Request, Response, Routes, as_json
from sources.simulators.zoho.auth import Tokens
from sources.simulators.zoho.bulk import Bulk
from sources.simulators.zoho.coql import Coql
from sources.simulators.zoho.errors import ApiError, TokenError
from sources.simulators.zoho.faults import Faults, as_response
from sources.simulators.zoho.listing import Listing
from sources.simulators.zoho.metadata import Metadata
from sources.simulators.zoho.state import OrganizationState

_BASE = r"(?P<base>/crm/v8)"
_BULK = r"(?P<base>/crm/bulk/v8)/read"
ROUTES = Routes(
    (
        ("POST", "/oauth/v2/token", "token"),
        ("GET", _BASE + "/settings/modules", "modules"),
        ("GET", _BASE + "/settings/fields", "fields"),
        ("GET", _BASE + "/users", "users"),
        ("GET", _BASE + "/org", "org"),
        ("GET", _BASE + "/org/currencies", "currencies"),
        ("POST", _BASE + "/coql", "coql"),
        ("POST", _BULK, "bulk_create"),
        ("GET", _BULK + r"/(\d+)", "bulk_status"),
        ("GET", _BULK + r"/(\d+)/result", "bulk_result"),
        ("GET", _BASE + r"/(\w+)/deleted", "deleted"),
        ("GET", _BASE + r"/(\w+)/actions/count", "count"),
        ("POST", _BASE + r"/(\w+)/actions/count", "count"),
        ("GET", _BASE + r"/(\w+)/(\d+)/(\w+)", "related"),
        ("GET", _BASE + r"/(\w+)/(\d+)", "record"),
        ("GET", _BASE + r"/(\w+)", "records"),
    )
)


class Organization:
    """The whole API without its transport: ``answer`` turns a request into a response."""

    longest_uri = 16_384
    server_name = "ZGS"

    def __init__(self, state: OrganizationState, tokens: Tokens, faults: Faults, folder: Path) -> None:
        self.state, self.tokens, self.faults = state, tokens, faults
        metadata, listing = Metadata(state, faults), Listing(state, faults)
        coql, bulk = Coql(state, listing), Bulk(state, listing, faults, folder)
        self._answers = {
            "modules": metadata.modules,
            "fields": metadata.fields,
            "users": metadata.users,
            "org": metadata.org,
            "currencies": metadata.currencies,
            "coql": coql.answer,
            "count": listing.count,
            "record": listing.record,
            "bulk_status": bulk.status,
            "bulk_result": bulk.result,
        }
        self._faulty = {
            "records": listing.records,
            "ids": listing.records,
            "deleted": listing.deleted,
            "related": listing.related,
            "bulk_create": bulk.create,
        }

    def now(self) -> datetime:
        """The organization's time."""
        return self.state.now()

    def headers(self) -> dict[str, str]:
        """What every answer carries."""
        return {"Cache-Control": "no-store"}

    def answer(self, request: Request) -> tuple[Response, Fault | None]:
        """Return the answer, and the fault the transport has to add to it."""
        self.state.settle()
        try:
            request = _routed(request)
            fault = self.faults.strike(request.endpoint, f"{request.path} {request.body.decode(errors='replace')}")
            if fault is not None:
                if fault.kind == "invalid_token":
                    self.tokens.revoke_all()
                if (failure := self.faults.answer_of(fault)) is not None:
                    return failure, None
            return self._answer(request, fault), fault
        except (ApiError, TokenError) as error:
            return as_response(error), None
        except Exception as error:  # a server answers whatever happens; the words tell what to mend here
            return as_response(ApiError(500, "INTERNAL_ERROR", f"simulator: {error!r}")), None

    def _answer(self, request: Request, fault: Fault | None) -> Response:
        if request.endpoint == "token":
            return as_json(self.tokens.grant({**request.query, **request.form()}, request.url))
        self.tokens.admit(request.headers.get("authorization", ""))
        if request.endpoint in self._faulty:
            return self._faulty[request.endpoint](request, fault)
        return self._answers[request.endpoint](request)


def _routed(request: Request) -> Request:
    """Name the endpoint; records by id have a name of their own. Raises ApiError 404 and 405."""
    try:
        found = ROUTES.of(request)
    except NoRoute as error:
        if error.wrong_method:
            raise ApiError(405, "INVALID_REQUEST_METHOD", "The http request method type is not a valid one") from None
        raise ApiError(
            404, "INVALID_URL_PATTERN", "Please check if the URL trying to access is a correct one"
        ) from None
    return replace(found, endpoint="ids") if found.endpoint == "records" and "ids" in found.query else found
