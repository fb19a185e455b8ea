"""What travels between the HTTP server and the answers: a request taken apart, a response before it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """One call.

    Attributes:
        headers: by lower-case name.
        query: the parameters by name, of one given more than once the last; ``repeated`` has all of its values.
        url: the server's own, ``http://127.0.0.1:<port>``.
        base: the part of the path before the resource, as the caller wrote it; set by a vendor's routes, like
            ``version``, ``endpoint`` and ``parameters``.
    """

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
    repeated: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def form(self) -> dict[str, str]:
        """The body as a form; empty for any other body."""
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    def json(self) -> Any:
        """The body as JSON. Raises ValueError where it is none."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Slice:
    """Bytes ``start`` to ``end`` of a file."""

    path: Path
    start: int
    end: int


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

    def body(self) -> bytes:
        """The whole body, for one that becomes part of another answer."""
        if self.slice is None:
            return self.prefix + self.suffix
        with self.slice.path.open("rb") as file:
            file.seek(self.slice.start)
            return self.prefix + file.read(self.slice.end - self.slice.start) + self.suffix


def as_json(document: object, status: int = 200) -> Response:
    """A JSON answer."""
    body = json.dumps(document, ensure_ascii=False).encode()
    return Response(status, {"Content-Type": "application/json;charset=UTF-8"}, body)


def request_of(method: str, target: str, headers: dict[str, str], body: bytes, url: str) -> Request:
    """Take a request line apart."""
    parts = urlsplit(target)
    repeated = parse_qs(parts.query, keep_blank_values=True)
    return Request(method, parts.path, parameters_of(parts.query), headers, body, url, repeated=repeated)


def parameters_of(query: str) -> dict[str, str]:
    """The parameters of a query string; of one given twice the last."""
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
