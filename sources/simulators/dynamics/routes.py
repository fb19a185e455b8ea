"""Which answer belongs to which path, and the checks every call passes first: token and faults."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sources.simulators.dynamics.auth import Tokens
from sources.simulators.dynamics.errors import ApiError, TokenError, unauthorized, unknown_segment
from sources.simulators.dynamics.faults import Faults, as_response
from sources.simulators.dynamics.metadata import Metadata
from sources.simulators.dynamics.query import Records
from sources.simulators.dynamics.state import EnvironmentState
from sources.simulators.http import Fault, NoRoute, Request, Response, Routes, as_json

_BASE = r"(?P<base>/api/data/v9\.\d)"
_TABLE = _BASE + r"/EntityDefinitions\(LogicalName='(\w+)'\)"
ROUTES = Routes(
    (
        ("POST", r"/([\w.-]+)/oauth2/v2\.0/token", "token"),
        ("GET", _BASE + r"/WhoAmI(?:\(\))?", "whoami"),
        ("GET", _BASE + r"/EntityDefinitions", "definitions"),
        ("GET", _TABLE, "definition"),
        ("GET", _TABLE + r"/Attributes(?:/Microsoft\.Dynamics\.CRM\.(\w+))?", "attributes"),
        ("GET", _BASE + r"/RetrieveTotalRecordCount\(EntityNames=(@\w+|\[[^\]]*\])\)", "functions"),
        ("GET", _BASE + r"/(\w+)/\$count", "count"),
        ("GET", _BASE + r"/(\w+)\(([0-9a-fA-F-]{36})\)", "record"),
        ("GET", _BASE + r"/(\w+)", "records"),
    )
)


class Environment:
    """The whole API without its transport: ``answer`` turns a request into a response."""

    longest_uri = 32_768
    server_name = "Microsoft-IIS/10.0"

    def __init__(self, state: EnvironmentState, tokens: Tokens, faults: Faults, folder: Path) -> None:
        self.state, self.tokens, self.faults = state, tokens, faults
        self.metadata = Metadata(state)
        self.records = Records(state, faults, folder)
        self._answers = {
            "definitions": self.metadata.definitions,
            "definition": self.metadata.definition,
            "attributes": self.metadata.attributes,
            "functions": self.metadata.record_counts,
            "count": self.records.count,
            "record": self.records.record,
        }

    def now(self) -> datetime:
        """The environment's time."""
        return self.state.now()

    def headers(self) -> dict[str, str]:
        """What is left of the requests and of the seconds of five minutes."""
        left = "x-ms-ratelimit-{}-remaining-xrm-requests"
        return {left.format("burst"): "5999", left.format("time"): "1,199.98"}

    def answer(self, request: Request) -> tuple[Response, Fault | None]:
        """Return the answer, and the fault the transport has to add to it."""
        self.state.settle()
        try:
            request = _routed(request)
            fault = self.faults.strike(request.endpoint, f"{request.path} {request.body.decode(errors='replace')}")
            if fault is not None:
                if fault.kind == "unauthorized":
                    self.tokens.revoke_all()
                    raise unauthorized(self.tokens.application.tenant_id, request.url)
                if (failure := self.faults.answer_of(fault)) is not None:
                    return failure, None
            return self._answer(request, fault), fault
        except (ApiError, TokenError) as error:
            return as_response(error), None
        except Exception as error:  # a server answers whatever happens; the words tell what to mend here
            return as_response(ApiError(500, "0x80040216", f"simulator: {error!r}")), None

    def _answer(self, request: Request, fault: Fault | None) -> Response:
        if request.endpoint == "token":
            return as_json(self.tokens.grant(request.parameters[0], request.form(), request.url))
        self.tokens.admit(request.headers.get("authorization", ""), request.url)
        if request.endpoint == "whoami":
            ids = dict.fromkeys(("BusinessUnitId", "UserId", "OrganizationId"), "00000000-0000-0000-0000-000000000001")
            return as_json({"@odata.context": f"{request.base}/$metadata#WhoAmIResponse", **ids})
        if request.endpoint in ("records", "next", "delta"):
            return self.records.collection(request, fault)
        return self._answers[request.endpoint](request)


def _routed(request: Request) -> Request:
    """Name the endpoint; a page that follows and a delta have names of their own. Raises ApiError 404 and 405."""
    try:
        found = ROUTES.of(request)
    except NoRoute as error:
        if error.wrong_method:
            message = f"The requested resource does not support http method '{request.method}'."
            raise ApiError(405, "0x80060888", message) from None
        raise unknown_segment(request.path.rpartition("/")[2]) from None
    endpoint = found.endpoint
    if endpoint == "records":
        follows = {"$skiptoken": "next", "$deltatoken": "delta"}
        endpoint = next((name for option, name in follows.items() if option in request.query), endpoint)
    return replace(found, endpoint=endpoint, base=f"{request.url}{found.base}")
