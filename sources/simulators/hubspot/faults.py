"""What goes wrong in an account on request, in HubSpot's own words, and how it is set up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from sources.simulators.http import Response, Rules, as_json
from sources.simulators.hubspot.errors import ApiError, expired, migrating, missing_scopes, rate_limited


def as_response(error: ApiError) -> Response:
    """An error as the answer it is."""
    response = as_json(error.body(), error.status)
    return Response(response.status, response.headers | error.headers, response.prefix)


@dataclass
class Faults(Rules):
    """Everything that can be set to go wrong; the defaults are an account in good health.

    ``empty_page`` answers a list or a search with no record and a next page that has them; ``short_page`` with the
    first record alone. ``partial`` answers a batch with 207, its first id missing for a reason of the server's.

    Attributes:
        index_lag: how long a change takes to reach the search index.
        keeps_primary_id: whether a merge keeps the id of the primary record, as it once did.
        lists_merged: whether the records that were merged away are listed as archived.
        ids_compare_as_text: whether the search compares and sorts hs_object_id as text.
        searches_per_second: more are refused; None never.
        unreadable: paths' object types or settings that the app has no scope for.
        token_lifetime: how long an OAuth token is good.
        token_requests: after how many requests it ends; None is never by number.
        rotates_refresh_token: whether every refresh hands out another refresh token and ends the one before.
        page_rows: the most records of a page of a list, whatever ``limit`` asks for.
        search_rows: the same of a search.
        association_rows: the same of the associations of one record.
        daily_remaining: what the header says is left of the day's requests.
    """

    endpoints = frozenset(
        {"token", "properties", "schemas", "pipelines", "owners", "list", "one", "search", "batch", "associations",
         "associations_of_one",         "campaigns", "company_currency", "exchange_rates", "current_rates"}
    )  # fmt: skip
    answers: ClassVar[Mapping[str, Response]] = {
        "expired": as_response(expired()),
        "rolling": as_response(rate_limited("TEN_SECONDLY_ROLLING")),
        "secondly": as_response(rate_limited("SECONDLY")),
        "daily": as_response(rate_limited("DAILY")),
        "locked": as_response(ApiError(423, "LOCKED", "The account is locked.")),
        "migrating": as_response(migrating(7)),
        "missing_scopes": as_response(missing_scopes("crm.objects.companies.read")),
        "server_error": as_response(ApiError(500, "", "internal error")),
        "edge_524": Response(524, {"Content-Type": "text/html"}, b"<html>A timeout occurred</html>"),
        "too_long": Response(414, {"Content-Type": "text/html"}, b"<h1>Bad Message 414</h1>"),
    }
    others = frozenset({"empty_page", "short_page", "partial"})

    index_lag: timedelta = timedelta(0)
    keeps_primary_id: bool = False
    lists_merged: bool = False
    ids_compare_as_text: bool = False
    searches_per_second: int | None = None
    unreadable: set[str] = field(default_factory=set)
    token_lifetime: timedelta = timedelta(minutes=30)
    token_requests: int | None = None
    rotates_refresh_token: bool = False
    page_rows: int = 100
    search_rows: int = 200
    association_rows: int = 500
    daily_remaining: int = 249_000
