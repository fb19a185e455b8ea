"""Which answer belongs to which path, and the checks every call passes first: token and faults."""

from __future__ import annotations

import json
from datetime import datetime

from sources.simulators.http import Fault, NoRoute, Request, Response, Routes, as_json
from sources.simulators.hubspot.associations import Associations
from sources.simulators.hubspot.auth import Tokens
from sources.simulators.hubspot.errors import ApiError, bad_request, no_route
from sources.simulators.hubspot.faults import Faults, as_response
from sources.simulators.hubspot.objects import Objects
from sources.simulators.hubspot.search import Search
from sources.simulators.hubspot.settings import Settings
from sources.simulators.hubspot.state import AccountState

_TYPE = r"([\w-]+)"
# releases that have a date for their version, the twins of v3 and v4
_DATED = "(?:2025-09|2026-03|2026-09)"
_OBJECTS = f"/crm/(?:v3/objects|objects/{_DATED})/{_TYPE}"
_PROPERTIES = f"/crm/(?:v3/properties|properties/{_DATED})/{_TYPE}"
_ASSOCIATIONS = f"/crm/(?:v4/associations|associations/{_DATED})/{_TYPE}/{_TYPE}"
ROUTES = Routes(
    (
        ("POST", "/oauth/v[13]/token", "token"),
        ("GET", _PROPERTIES, "properties"),
        ("GET", "/crm/v3/schemas", "schemas"),
        ("GET", f"/crm/v3/pipelines/{_TYPE}", "pipelines"),
        ("GET", "/crm/v3/owners", "owners"),
        ("POST", _OBJECTS + "/search", "search"),
        ("POST", _OBJECTS + "/batch/read", "batch"),
        ("GET", _OBJECTS, "list"),
        ("GET", _OBJECTS + r"/([^/]+)", "one"),
        ("POST", _ASSOCIATIONS + "/batch/read", "associations"),
        ("GET", f"/crm/v([34])/objects/{_TYPE}/{_TYPE}/associations/{_TYPE}", "associations_of_one"),
        ("GET", "/marketing/v3/campaigns", "campaigns"),
        ("GET", "/settings/v3/currencies/company-currency", "company_currency"),
        ("GET", "/settings/v3/currencies/exchange-rates", "exchange_rates"),
        ("GET", "/settings/v3/currencies/exchange-rates/current", "current_rates"),
    )
)
# these say nothing of limits
_WITHOUT_LIMITS = frozenset({"search", "token"})


class Account:
    """The whole API without its transport: ``answer`` turns a request into a response."""

    longest_uri = 16_384
    server_name = "cloudflare"

    def __init__(self, state: AccountState, tokens: Tokens, faults: Faults) -> None:
        self.state, self.tokens, self.faults = state, tokens, faults
        objects, settings = Objects(state, faults), Settings(state, faults)
        associations = Associations(state, faults)
        self._answers = {
            "properties": settings.properties,
            "schemas": settings.schemas,
            "pipelines": settings.pipelines,
            "owners": settings.owners,
            "campaigns": settings.campaigns,
            "company_currency": settings.company_currency,
            "exchange_rates": settings.exchange_rates,
            "current_rates": settings.current_rates,
            "list": objects.listing,
            "one": objects.one,
            "batch": objects.batch,
            "search": Search(state, faults).answer,
            "associations": associations.answer,
            "associations_of_one": associations.of_one,
        }

    def now(self) -> datetime:
        """The account's time."""
        return self.state.now()

    def headers(self) -> dict[str, str]:
        """Headers of every answer: none; the limits are told by endpoint."""
        return {}

    def answer(self, request: Request) -> tuple[Response, Fault | None]:
        """Return the answer, and the fault the transport has to add to it."""
        self.state.settle()
        try:
            request = _routed(request)
            fault = self.faults.strike(request.endpoint, f"{request.path} {request.body.decode(errors='replace')}")
            if fault is not None:
                if fault.kind == "expired":
                    self.tokens.revoke_all()
                if (failure := self.faults.answer_of(fault)) is not None:
                    return failure, None
            return self._answer(request, fault), fault
        except ApiError as error:
            return as_response(error), None
        except json.JSONDecodeError as error:
            words = f"Invalid input JSON on line {error.lineno}, column {error.colno}: {error.msg}"
            return as_response(bad_request(words)), None
        except Exception as error:  # a server answers whatever happens; the words tell what to mend here
            return as_response(ApiError(500, "", f"simulator: {error!r}")), None

    def _answer(self, request: Request, fault: Fault | None) -> Response:
        if request.endpoint == "token":
            return as_json(self.tokens.grant(request))
        self.tokens.admit(request.headers.get("authorization", ""))
        response = self._answers[request.endpoint](request, fault)
        if request.endpoint not in _WITHOUT_LIMITS:
            response.headers |= {
                "X-HubSpot-RateLimit-Max": "190",
                "X-HubSpot-RateLimit-Remaining": "189",
                "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
                "X-HubSpot-RateLimit-Daily": "250000",
                "X-HubSpot-RateLimit-Daily-Remaining": str(self.faults.daily_remaining),
            }
        return response


def _routed(request: Request) -> Request:
    """Name the endpoint. Raises ApiError 404 and 405."""
    try:
        return ROUTES.of(request)
    except NoRoute as error:
        if error.wrong_method:
            raise ApiError(405, "", "method not allowed") from None
        raise no_route() from None
