"""What goes wrong in an org on request, in Salesforce's own words, and how tight the org's limits are.

``job_failed`` (endpoint ``job_create``) lets the job end as Failed. Every kind is one that clients of the real service
have met.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from sources.simulators.http import Response, Rules, as_json
from sources.simulators.salesforce.errors import ApiError, TokenError, session_expired, total_limit

_ENDPOINTS = frozenset(
    {
        "token",
        "versions",
        "resources",
        "sobjects",
        "basic",
        "record",
        "describe",
        "deleted",
        "updated",
        "batch",
        "limits",
    }
) | {"query", "query_more", "job_create", "job_list", "job_status", "job_results", "job_abort", "job_delete"}

_ERRORS: dict[str, ApiError | TokenError] = {
    "session_expired": session_expired(),
    "total_limit": total_limit(),
    "concurrent_limit": ApiError(
        403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
    ),
    "server_error": ApiError(
        500, "UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId if you contact support"
    ),
    "unavailable": ApiError(503, "SERVER_UNAVAILABLE", "The server is temporarily unavailable"),
    "query_timeout": ApiError(400, "QUERY_TIMEOUT", "Your query request was running for too long."),
    "bad_locator": ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator"),
    "api_disabled": ApiError(403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization"),
    "login_rate": TokenError("invalid_grant", "Login Rate Exceeded"),
    "authentication_failure": TokenError("invalid_grant", "authentication failure"),
}


@dataclass
class Faults(Rules):
    """Everything that can be set to go wrong; the defaults are an org in good health.

    Attributes:
        bulk_unsupported: objects the Bulk API answers INVALIDENTITY for.
        hidden_fields: ``Object.Field`` names that vanish from describe and queries (field-level security).
        daily_requests, daily_jobs: allowances of a rolling day, reset only by a new simulator.
        session_requests, session_lifetime: when a session ends; requests None is never by number.
        rotates_refresh_token: whether every refresh hands out another refresh token and ends the one before.
        deleted_retention: how far back getDeleted reaches; getUpdated reaches 30 days.
        replication_ids: the most ids getDeleted and getUpdated return.
        coverage_lag: how far behind the clock ``latestDateCovered`` stays, as under long transactions.
        rest_page_rows, bulk_page_rows: rows a page; bulk only where the client names no maxRecords.
        polls_until_complete: how often a job's status says InProgress before JobComplete.
        whole_numbers_as_decimals: bulk CSV shows int fields as ``5.0``.
    """

    endpoints = _ENDPOINTS
    answers: ClassVar[Mapping[str, Response]] = {
        kind: as_json(error.body(), error.status) for kind, error in _ERRORS.items()
    }
    others = frozenset({"job_failed"})

    bulk_unsupported: set[str] = field(default_factory=set)
    hidden_fields: set[str] = field(default_factory=set)
    daily_requests: int = 100_000
    daily_jobs: int = 10_000
    session_requests: int | None = None
    session_lifetime: timedelta = timedelta(hours=2)
    rotates_refresh_token: bool = False
    deleted_retention: timedelta = timedelta(days=15)
    replication_ids: int = 600_000
    coverage_lag: timedelta = timedelta(0)
    rest_page_rows: int = 2_000
    bulk_page_rows: int = 250_000
    polls_until_complete: int = 0
    whole_numbers_as_decimals: bool = False
