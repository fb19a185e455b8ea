"""What goes wrong on request, and how tight the org's limits are.

A rule names an endpoint and a kind; the server asks here before and after it answers. The data itself is made strange
through records.py. Every kind is one that clients of the real service have met.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta

from sources.simulators.salesforce.errors import ApiError, TokenError, session_expired

ENDPOINTS = frozenset(
    {"token", "versions", "resources", "sobjects", "describe", "deleted", "updated", "batch", "limits"}
) | {"query", "query_more", "job_create", "job_list", "job_status", "job_results", "job_abort", "job_delete"}

ANSWERS: dict[str, ApiError | TokenError] = {
    "session_expired": session_expired(),
    "total_limit": ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
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
OTHERS = frozenset({"maintenance", "empty_406", "slow", "dropped", "truncated_rows", "truncated_bytes", "job_failed"})
KINDS = frozenset(ANSWERS) | OTHERS


@dataclass
class Fault:
    """One rule: requests to ``endpoint`` meet ``kind``, ``times`` times, once ``after`` of them have passed.

    Attributes:
        kind: one of KINDS. ``dropped`` cuts the connection in the middle of the body; ``truncated_rows`` and
            ``truncated_bytes`` send a well-formed answer whose body is half as long as its count header says;
            ``job_failed`` (endpoint ``job_create``) lets the job end as Failed; ``slow`` waits ``seconds``.
        endpoint: one of ENDPOINTS, or ``*``.
        times: how many requests fail; None is all of them.
        containing: only requests whose path or body holds this text, e.g. an object's name.
    """

    kind: str
    endpoint: str = "*"
    after: int = 0
    times: int | None = 1
    seconds: float = 0.0
    containing: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; one of {', '.join(sorted(KINDS))}")
        if self.endpoint != "*" and self.endpoint not in ENDPOINTS:
            raise ValueError(f"unknown endpoint {self.endpoint!r}; one of {', '.join(sorted(ENDPOINTS))}")


@dataclass
class Faults:
    """Everything that can be set to go wrong; the defaults are an org in good health.

    Attributes:
        rules: faults by request, tried in order; change them at any time with ``add``.
        bulk_unsupported: objects the Bulk API answers INVALIDENTITY for.
        hidden_fields: ``Object.Field`` names that vanish from describe and queries (field-level security).
        daily_requests, daily_jobs: allowances of a rolling day, reset only by a new simulator.
        session_requests, session_lifetime: when a session ends; requests None is never by number.
        deleted_retention: how far back getDeleted reaches; getUpdated reaches 30 days.
        replication_ids: the most ids getDeleted and getUpdated return.
        coverage_lag: how far behind the clock ``latestDateCovered`` stays, as under long transactions.
        rest_page_rows, bulk_page_rows: rows a page; bulk only where the client names no maxRecords.
        polls_until_complete: how often a job's status says InProgress before JobComplete.
        whole_numbers_as_decimals: bulk CSV shows int fields as ``5.0``.
    """

    rules: list[Fault] = field(default_factory=list)
    bulk_unsupported: set[str] = field(default_factory=set)
    hidden_fields: set[str] = field(default_factory=set)
    daily_requests: int = 100_000
    daily_jobs: int = 10_000
    session_requests: int | None = None
    session_lifetime: timedelta = timedelta(hours=2)
    deleted_retention: timedelta = timedelta(days=15)
    replication_ids: int = 600_000
    coverage_lag: timedelta = timedelta(0)
    rest_page_rows: int = 2_000
    bulk_page_rows: int = 250_000
    polls_until_complete: int = 0
    whole_numbers_as_decimals: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, kind: str, endpoint: str = "*", **options: object) -> Fault:
        """Add and return a rule; ``options`` are the further attributes of Fault."""
        rule = Fault(kind, endpoint, **options)  # type: ignore[arg-type]
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        """Forget all rules."""
        self.rules.clear()

    def strike(self, endpoint: str, request_text: str) -> Fault | None:
        """Count one request and return the rule that it meets, if any."""
        with self._lock:
            for rule in self.rules:
                if rule.endpoint not in ("*", endpoint) or rule.containing not in request_text:
                    continue
                if rule.after > 0:
                    rule.after -= 1
                elif rule.times is None:
                    return rule
                elif rule.times > 0:
                    rule.times -= 1
                    return rule
        return None
