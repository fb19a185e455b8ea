"""How Salesforce writes moments, and what it makes of a body that is no JSON object."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sources.simulators.http import Request
from sources.simulators.salesforce.errors import ApiError


def json_body(request: Request) -> dict[str, Any]:
    """The body as a JSON object. Raises ApiError JSON_PARSER_ERROR."""
    try:
        document = request.json()
    except ValueError as error:
        raise ApiError(400, "JSON_PARSER_ERROR", "The HTTP entity body is required, but missing.") from error
    if not isinstance(document, dict):
        raise ApiError(400, "JSON_PARSER_ERROR", "The HTTP entity body must be an object")
    return document


def stamp(moment: datetime) -> str:
    """A datetime as the REST API writes it; ``moment`` is naive UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000+0000"


def moment_of(value: str) -> datetime:
    """An ISO 8601 datetime of a URL as naive UTC, seconds cut off as the replication calls do. Raises ValueError."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.replace(second=0, microsecond=0)
