"""What travels between the HTTP server and the answers: a request taken apart, a response before it is written."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sources.simulators.salesforce.errors import ApiError
from sources.simulators.salesforce.spool import Slice


@dataclass(frozen=True)
class Request:
    """One call. ``base`` is ``/services/data/vNN.0`` as the caller wrote it; ``headers`` have lower-case names."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    url: str
    base: str = ""
    version: str = ""
    endpoint: str = ""
    parameters: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises ApiError JSON_PARSER_ERROR."""
        try:
            document = json.loads(self.body)
        except ValueError as error:
            raise ApiError(400, "JSON_PARSER_ERROR", "The HTTP entity body is required, but missing.") from error
        if not isinstance(document, dict):
            raise ApiError(400, "JSON_PARSER_ERROR", "The HTTP entity body must be an object")
        return document


@dataclass
class Response:
    """An answer whose body is ``prefix``, then a slice of a file, then ``suffix``."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    prefix: bytes = b""
    slice: Slice | None = None
    suffix: bytes = b""
    cut_rows_at: int | None = None  # end of the slice when a fault sends half of its rows

    def length(self) -> int:
        """Bytes of the whole body."""
        return len(self.prefix) + (self.slice.end - self.slice.start if self.slice else 0) + len(self.suffix)


def as_json(document: object, status: int = 200) -> Response:
    """A JSON answer."""
    body = json.dumps(document, ensure_ascii=False).encode()
    return Response(status, {"Content-Type": "application/json;charset=UTF-8"}, body)


def stamp(moment: datetime) -> str:
    """A datetime as the REST API writes it; ``moment`` is naive UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000+0000"


def moment_of(value: str) -> datetime:
    """An ISO 8601 datetime of a URL as naive UTC, seconds cut off as the replication calls do. Raises ValueError."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.replace(second=0, microsecond=0)
