"""What goes wrong in an organization on request, in Zoho's own words, and how it is set up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from sources.simulators.http import Response, Rules, as_json
from sources.simulators.zoho.errors import ApiError, TokenError, invalid_token, no_permission, too_many_tokens

_INTERNAL = ApiError(500, "INTERNAL_ERROR", "Internal Server Error")


def as_response(error: ApiError | TokenError) -> Response:
    """An error as the answer it is."""
    return as_json(error.body(), error.status)


@dataclass
class Faults(Rules):
    """Everything that can be set to go wrong; the defaults are an organization in good health.

    ``failed_job`` ends a bulk job in FAILURE; ``short_page`` leaves the last record of a page out while its info counts
    it.

    Attributes:
        unreadable: modules that the user's profile does not let it read.
        hidden_modules: modules that do not exist for the user.
        hidden_fields: ``Module.Field`` names that do not exist for the user.
        not_in_coql: ``Module.Field`` names that COQL refuses beside those documented.
        not_in_bulk: modules and ``Module.Field`` names that bulk read refuses.
        page_rows: the most records of a page, whatever per_page asks for.
        coql_rows: the most records of a COQL answer.
        bulk_rows: the most records of a bulk job.
        bulk_pages: how many bulk jobs of that many records one query may be read in.
        numbered_rows: how many records have numbered pages.
        token_rows: how many records page tokens reach.
        page_token_lifetime: how long a page token is good.
        job_polls: how often a job is asked for before it has ended.
        downloads_a_minute: bulk results that may be fetched in a minute.
        token_lifetime: how long an access token is good.
        token_requests: after how many requests a token ends; None is never by number.
        tokens_in_ten_minutes: how many tokens are handed out in that time.
    """

    endpoints = frozenset(
        {
            "token",
            "modules",
            "fields",
            "records",
            "record",
            "ids",
            "deleted",
            "count",
            "related",
            "coql",
            "users",
            "org",
        }
        | {"currencies", "bulk_create", "bulk_status", "bulk_result"}
    )
    answers: ClassVar[Mapping[str, Response]] = {
        "invalid_token": as_response(invalid_token()),
        "too_many_requests": as_response(ApiError(429, "TOO_MANY_REQUESTS", "You have made too many requests")),
        "internal_error": as_response(_INTERNAL),
        "internal_error_200": as_json(_INTERNAL.body()),
        "no_permission_200": as_json(no_permission("Records").body()),
        "expired_page_token": as_response(
            ApiError(400, "EXPIRED_VALUE", "expired value", {"param_name": "page_token"})
        ),
        "too_many_tokens": as_response(too_many_tokens()),
    }
    others = frozenset({"failed_job", "short_page"})

    unreadable: set[str] = field(default_factory=set)
    hidden_modules: set[str] = field(default_factory=set)
    hidden_fields: set[str] = field(default_factory=set)
    not_in_coql: set[str] = field(default_factory=lambda: {"Events.Participants"})
    not_in_bulk: set[str] = field(default_factory=set)
    page_rows: int = 200
    coql_rows: int = 2_000
    bulk_rows: int = 200_000
    bulk_pages: int = 10
    numbered_rows: int = 2_000
    token_rows: int = 100_000
    page_token_lifetime: timedelta = timedelta(hours=24)
    job_polls: int = 1
    downloads_a_minute: int = 10
    token_lifetime: timedelta = timedelta(hours=1)
    token_requests: int | None = None
    tokens_in_ten_minutes: int = 10
