"""Which answer belongs to which path, and the checks every call passes first: session, allowance, faults."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sources.simulators.http import Fault, NoRoute, Request, Response, Routes, as_json
from sources.simulators.http.messages import parameters_of
from sources.simulators.salesforce.auth import Sessions
from sources.simulators.salesforce.bulk import BulkQuery
from sources.simulators.salesforce.deletes import Replication
from sources.simulators.salesforce.describe import NEWEST, OLDEST, Describer, versions
from sources.simulators.salesforce.errors import ApiError, TokenError, not_found, total_limit
from sources.simulators.salesforce.faults import Faults
from sources.simulators.salesforce.http_parts import json_body
from sources.simulators.salesforce.query import RestQuery
from sources.simulators.salesforce.state import OrgState

BASE = r"(?P<base>/services/data/v(?P<version>\d+\.\d))"
ROUTES = Routes(
    (
        ("POST", r"/services/oauth2/token", "token"),
        ("GET", r"/services/data", "versions"),
        ("GET", BASE, "resources"),
        ("GET", BASE + r"/sobjects", "sobjects"),
        ("GET", BASE + r"/sobjects/(\w+)/describe", "describe"),
        ("GET", BASE + r"/sobjects/(\w+)/deleted", "deleted"),
        ("GET", BASE + r"/sobjects/(\w+)/updated", "updated"),
        ("GET", BASE + r"/sobjects/(\w+)", "basic"),
        ("GET", BASE + r"/sobjects/(\w+)/(\w+)", "record"),
        ("POST", BASE + r"/composite/batch", "batch"),
        ("GET", BASE + r"/limits", "limits"),
        ("GET", BASE + r"/(query|queryAll)", "query"),
        ("GET", BASE + r"/(query|queryAll)/([\w-]+)", "query_more"),
        ("POST", BASE + r"/jobs/query", "job_create"),
        ("GET", BASE + r"/jobs/query", "job_list"),
        ("GET", BASE + r"/jobs/query/(\w+)", "job_status"),
        ("GET", BASE + r"/jobs/query/(\w+)/results", "job_results"),
        ("PATCH", BASE + r"/jobs/query/(\w+)", "job_abort"),
        ("DELETE", BASE + r"/jobs/query/(\w+)", "job_delete"),
    )
)
LARGEST_BATCH = 25
IN_BATCHES = {"resources", "sobjects", "basic", "record", "describe", "deleted", "updated", "limits"}
IN_BATCHES |= {"query", "query_more"}
HALTED = ApiError(412, "BATCH_PROCESSING_HALTED", "Batch processing halted per request")


class Org:
    """The whole API without its transport: ``answer`` turns a request into a response."""

    longest_uri = 16_384
    server_name = "sfdcedge"

    def __init__(self, state: OrgState, sessions: Sessions, faults: Faults, folder: Path) -> None:
        self.state, self.sessions, self.faults = state, sessions, faults
        self.describer = Describer(state, faults)
        self.rest = RestQuery(state, self.describer, faults, folder)
        self.bulk = BulkQuery(state, self.describer, faults, folder)
        self.replication = Replication(state, faults)
        self.requests = 0
        self._lock = threading.Lock()
        self._answers: dict[str, Callable[[Request], Response]] = {
            "token": self._token,
            "versions": lambda _: as_json(versions()),
            "resources": self._resources,
            "sobjects": lambda request: as_json(self.describer.sobjects(request.base)),
            "basic": lambda request: as_json(self.describer.basic(request.parameters[0], request.base)),
            "record": self.rest.record,
            "describe": self._describe,
            "deleted": self.replication.deleted,
            "updated": self.replication.updated,
            "batch": self._batch,
            "limits": self._limits,
            "query": self.rest.query,
            "query_more": self.rest.more,
            "job_create": self.bulk.create,
            "job_list": self.bulk.list,
            "job_status": self.bulk.status,
            "job_results": self.bulk.results,
            "job_abort": self.bulk.abort,
            "job_delete": self.bulk.delete,
        }

    def now(self) -> datetime:
        """The org's time."""
        return self.state.now()

    def headers(self) -> dict[str, str]:
        """The org's requests of the day, which every answer carries."""
        return {"Sforce-Limit-Info": f"api-usage={self.requests}/{self.faults.daily_requests}"}

    def answer(self, request: Request) -> tuple[Response, Fault | None]:
        """Return the answer, and the fault the transport has to add to it."""
        self.state.settle()
        try:
            request = _routed(request)
            fault = self.faults.strike(request.endpoint, f"{request.path} {request.body.decode(errors='replace')}")
            if fault is not None and (failure := self._failed(fault)) is not None:
                return failure, None
            self._admit(request)
            if fault is not None and fault.kind == "job_failed":
                return self.bulk.create(request, fails=True), None
            return self._answers[request.endpoint](request), fault
        except (ApiError, TokenError) as error:
            return _as_response(error), None
        except Exception as error:  # a server answers whatever happens; the words tell what to mend here
            return as_json(ApiError(500, "UNKNOWN_EXCEPTION", f"simulator: {error!r}").body(), 500), None

    def _admit(self, request: Request) -> None:
        """Let a request in: a session for all but the token and the version list, and what is left of the day."""
        if request.endpoint in ("token", "versions"):
            return
        self.sessions.admit(request.headers.get("authorization", ""))
        with self._lock:
            if self.requests >= self.faults.daily_requests:
                raise total_limit()
            self.requests += 1

    def _failed(self, fault: Fault) -> Response | None:
        """The whole answer of a fault that replaces the real one, or None."""
        if fault.kind == "session_expired":
            self.sessions.revoke_all()
        return self.faults.answer_of(fault)

    def _token(self, request: Request) -> Response:
        return as_json(self.sessions.grant(request.form(), request.headers.get("authorization", ""), request.url))

    def _resources(self, request: Request) -> Response:
        names = ("sobjects", "query", "queryAll", "limits", "composite", "jobs")
        return as_json({name: f"{request.base}/{name}" for name in names})

    def _describe(self, request: Request) -> Response:
        """Describe, or 304 when nothing changed since If-Modified-Since."""
        changed = self.state.schema_changed_at.replace(tzinfo=UTC)
        since = _http_date(request.headers.get("if-modified-since", ""))
        if since is not None and changed <= since:
            return Response(304)
        response = as_json(self.describer.describe(request.parameters[0], request.base))
        response.headers["Last-Modified"] = format_datetime(changed, usegmt=True)
        return response

    def _batch(self, request: Request) -> Response:
        """Up to 25 GET requests in one; each has its own status. With ``haltOnError`` none follows one that failed."""
        body = json_body(request)
        parts = body.get("batchRequests", [])
        if not parts or len(parts) > LARGEST_BATCH:
            raise ApiError(400, "INVALID_BATCH_REQUEST", f"Between 1 and {LARGEST_BATCH} batch requests are required")
        results: list[Response] = []
        for part in parts:
            halted = body.get("haltOnError") is True and any(each.status >= 400 for each in results)
            results.append(_as_response(HALTED) if halted else self._part(part, request))
        # spliced as they are: numbers read and written again would lose digits
        shown = (b'{"statusCode": %d, "result": %b}' % (each.status, each.body() or b"null") for each in results)
        has_errors = json.dumps(any(each.status >= 400 for each in results)).encode()
        answer = as_json({})
        answer.prefix = b'{"hasErrors": %b, "results": [%b]}' % (has_errors, b", ".join(shown))
        return answer

    def _part(self, part: dict[str, Any], request: Request) -> Response:
        url = urlsplit(f"/services/data/{str(part.get('url', '')).lstrip('/')}")
        inner = replace(request, method=part.get("method", "GET"), path=url.path, query=parameters_of(url.query))
        try:
            inner = _routed(inner)
            if inner.endpoint not in IN_BATCHES:
                raise not_found()
            return self._answers[inner.endpoint](inner)
        except ApiError as error:
            return _as_response(error)

    def _limits(self, request: Request) -> Response:
        def allowance(most: int, used: int) -> dict[str, int]:
            return {"Max": most, "Remaining": max(most - used, 0)}

        return as_json(
            {
                "DailyApiRequests": allowance(self.faults.daily_requests, self.requests),
                "DailyBulkApiBatches": allowance(15_000, 0),
                "DailyBulkV2QueryJobs": allowance(self.faults.daily_jobs, self.bulk.jobs_created),
                "DailyBulkV2QueryFileStorageMB": allowance(976_562, 0),
                "ConcurrentAsyncGetReportInstances": allowance(200, 0),
            }
        )


def _routed(request: Request) -> Request:
    """Name the endpoint. Raises ApiError 404 for an unknown path or version and 405 for the wrong method."""
    try:
        routed = ROUTES.of(request)
    except NoRoute as error:
        if error.wrong_method:
            raise ApiError(405, "METHOD_NOT_ALLOWED", f"HTTP Method '{request.method}' not allowed.") from error
        raise not_found() from error
    version = routed.version
    if version and not (OLDEST <= float(version) <= NEWEST and version.endswith(".0")):
        raise not_found()
    return routed


def _as_response(error: ApiError | TokenError) -> Response:
    return as_json(error.body(), error.status)


def _http_date(value: str) -> datetime | None:
    try:
        return parsedate_to_datetime(value)
    except ValueError:
        return None
