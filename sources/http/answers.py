"""What an HTTP answer means: a success, a refusal to repeat, to sign in again for, to stop at or to report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import httpx

from sources.errors import SourceError

_TRY_AGAIN = frozenset({408, 420, 425, 429, 500, 502, 503, 504})
_EXCERPT = 300


@dataclass(frozen=True)
class Refusal:
    """What an answer that is no success means.

    Attributes:
        kind: retry (the same request may succeed later), sign_in (the token is no longer valid), quota (nothing more
            today) or error (final).
        message: the source's own words.
        code: the vendor's error code, if it gave one.
        remedy: what the person running the warehouse can do.
        wait_seconds: how long to wait before a retry where the answer has no Retry-After; None is as the client likes.
    """

    kind: Literal["retry", "sign_in", "quota", "error"]
    message: str
    code: str | None = None
    remedy: str = ""
    wait_seconds: float | None = None


Judge = Callable[[httpx.Response], Refusal | None]
# the same of the JSON in a successful answer: some vendors refuse with HTTP 200
JudgeJson = Callable[[Any], Refusal | None]


class ApiError(SourceError):
    """The source's own refusal, not worth repeating.

    Attributes:
        status: the HTTP status.
        code: the vendor's error code, or None.
        message: the source's own words.
    """

    def __init__(self, source: str, object_name: str | None, refusal: Refusal, status: int) -> None:
        self.status, self.code, self.message = status, refusal.code, refusal.message
        super().__init__(source, object_name, refusal.message, refusal.remedy)


class Incomplete(Exception):
    """What arrived is not what was promised, so the request is worth repeating, after ``retry_after`` seconds."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Refused(Exception):
    """An answer that repeating will not change. Stays inside this package."""

    def __init__(self, refusal: Refusal, status: int) -> None:
        self.refusal, self.status = refusal, status
        super().__init__(refusal.message)


def judge_by_status(response: httpx.Response) -> Refusal | None:
    """Return what the HTTP status alone says; None for a success. The body must have been read."""
    if response.is_success:
        return None
    status = response.status_code
    message = f"HTTP {status} {response.reason_phrase}: {response.text[:_EXCERPT]}".rstrip(": ")
    if status == 401:
        return Refusal("sign_in", message)
    # an empty 406 is the hiccup of a proxy in front of the API, not an answer of the API
    if status in _TRY_AGAIN or (status == 406 and not response.content):
        return Refusal("retry", message)
    return Refusal("error", message)


def parsed_json(response: httpx.Response) -> Any:
    """Return the JSON of an answer, fractions as Decimal; {} for 204 and 304. Raises Incomplete if it is none."""
    if response.status_code in (204, 304):
        return {}
    try:
        return json.loads(response.content, parse_float=Decimal)
    except ValueError:
        start = response.text[:_EXCERPT]
        # maintenance pages and cut-off bodies come with a success status
        raise Incomplete(f"HTTP {response.status_code} without valid JSON: {start!r}") from None


def server_time(response: httpx.Response) -> datetime | None:
    """Return the Date header as naive UTC, whole seconds; None without a usable one."""
    return _http_date(response.headers.get("Date"))


def retry_after(response: httpx.Response) -> float | None:
    """Return the seconds the source asks to wait, from a Retry-After in seconds or as a date; None if it does not."""
    value = response.headers.get("Retry-After", "").strip()
    try:
        return max(0.0, float(value))
    except ValueError:
        until, now = _http_date(value), server_time(response)
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _http_date(value: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(value).astimezone(UTC).replace(tzinfo=None) if value else None
    except (TypeError, ValueError):
        return None
