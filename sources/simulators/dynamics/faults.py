"""What goes wrong in an environment on request, in Dataverse's own words, and how it is set up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from sources.simulators.dynamics.errors import ApiError, TokenError, not_a_member, throttled
from sources.simulators.http import Response, Rules, as_json


def as_response(error: ApiError | TokenError) -> Response:
    """An error as the answer it is."""
    response = as_json(error.body(), error.status)
    return Response(response.status, response.headers | error.headers, response.prefix)


@dataclass
class Faults(Rules):
    """Everything that can be set to go wrong; the defaults are an environment in good health.

    ``unauthorized`` ends every session; ``no_delta_link`` leaves the last page of a tracked read without its link;
    ``same_next_link`` gives a page its own link as the next one.

    Attributes:
        tracked_off: tables whose change tracking is switched off.
        unreadable: tables that the application user's roles do not let it read.
        hidden_columns: ``table.attribute`` names that metadata and queries do not know.
        change_retention: how long changes are kept for delta tokens.
        token_lifetime: how long an access token is good.
        token_requests: after how many requests a token ends; None is never by number.
        page_rows: the most rows of a page, whatever odata.maxpagesize asks for.
        late_token: whether a tracked read's delta token is that of its last page: what changes between its first page
            and its last then comes neither with the read nor with the delta.
    """

    endpoints = frozenset(
        {
            "token",
            "whoami",
            "definitions",
            "definition",
            "attributes",
            "count",
            "record",
            "records",
            "next",
            "delta",
            "functions",
        }
    )
    answers: ClassVar[Mapping[str, Response]] = {
        "throttled": as_response(throttled(3)),
        "throttled_by_time": as_response(throttled(3, "0x80072321")),
        "throttled_by_concurrency": as_response(throttled(3, "0x80072326")),
        "not_a_member": as_response(not_a_member()),
        "server_error": as_response(ApiError(500, "0x80040216", "An unexpected error occurred.")),
    }
    others = frozenset({"unauthorized", "no_delta_link", "same_next_link"})

    tracked_off: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)
    hidden_columns: set[str] = field(default_factory=set)
    change_retention: timedelta = timedelta(days=7)
    token_lifetime: timedelta = timedelta(seconds=3599)
    token_requests: int | None = None
    page_rows: int = 5_000
    late_token: bool = False
