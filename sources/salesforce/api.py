"""The few calls of the Salesforce REST API that reading needs, each one request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from sources.errors import QuotaExhausted, SourceError
from sources.http import ApiError, HttpClient, Refusal
from sources.salesforce.answers import QUOTA_REMEDY, api_usage, judge
from sources.salesforce.login import Login
from sources.salesforce.soql import Query

# the most sub-requests of one composite batch
_BATCH = 25


class Api:
    """One org through the API of one version. ``subject`` names the object that errors are about.

    Attributes:
        usage_limit: share (0-1) of the org's daily requests after which no more are sent.
        usage: requests of the last 24 hours and the org's limit, from the last answer; None before.
    """

    def __init__(
        self, source: str, login: Login, version: str, usage_limit: float, sleep: Callable[[float], None]
    ) -> None:
        self.version, self.usage_limit = version, usage_limit
        self.usage: tuple[int, int] | None = None
        self.http = HttpClient(source, sign_in=login.token, judge=self._judge, sleep=sleep)
        self._is_spent = False
        self._login = login
        login.attach(self.http)

    def root(self) -> str:
        """Return the path that every resource of this version is under."""
        return f"/services/data/v{self.version}"

    def get(self, path: str, subject: str | None = None, **send: Any) -> Any:
        """Return the JSON of a GET; ``path`` starts at the org's host."""
        return self.call("GET", path, subject, **send)

    def call(self, method: str, path: str, subject: str | None = None, **send: Any) -> Any:
        """Return the JSON of any request. Raises QuotaExhausted without a request once the day's are used up."""
        self._stop_at_limit(subject)
        try:
            return self.http.json(method, self.url(path), subject=subject, **send)
        except QuotaExhausted:
            self._is_spent = True
            raise

    def url(self, path: str) -> str:
        """Return the full URL of a path; absolute ones are kept, and refused later if they lead elsewhere."""
        return path if "://" in path else self._login.instance_url() + path

    def query_path(self, query: Query) -> str:
        """Return the path that runs a query over living, deleted and archived rows."""
        return f"{self.root()}/queryAll?q={quote(query.text(), safe='')}"

    def describe(self, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return the describe answers of many objects by name, 25 to a request; invisible objects are left out."""
        wanted, found = list(names), {}
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            requests = [{"method": "GET", "url": f"v{self.version}/sobjects/{name}/describe"} for name in batch]
            body = {"haltOnError": False, "batchRequests": requests}
            answer = self.call("POST", f"{self.root()}/composite/batch", json=body)
            for name, each in zip(batch, answer["results"], strict=True):
                if each["statusCode"] == 200:
                    found[name] = each["result"]
                elif each["statusCode"] != 404:
                    # one sub-request's hiccup, told apart by asking again on its own
                    try:
                        found[name] = self.get(f"{self.root()}/sobjects/{name}/describe", name)
                    except ApiError as error:
                        # a refusal of this object says nothing about the others
                        if error.status not in (400, 403, 404):
                            raise
        return found

    def sobjects(self) -> list[dict[str, Any]]:
        """Return what the org says in short about each of its objects."""
        listed: list[dict[str, Any]] = self.get(f"{self.root()}/sobjects")["sobjects"]
        return listed

    def deleted(self, name: str, start: datetime, end: datetime) -> Any:
        """Return getDeleted's answer for whole minutes."""
        span = {"start": start.isoformat() + "+00:00", "end": end.isoformat() + "+00:00"}
        return self.get(f"{self.root()}/sobjects/{name}/deleted/", name, params=span)

    def limits(self) -> Any:
        """Return the org's limits and what is left of them."""
        return self.get(f"{self.root()}/limits")

    def clock(self) -> datetime:
        """Return the org's own time, naive UTC in whole seconds. Raises SourceError when no answer has told it."""
        self._is_spent = False
        # unlike the limits it takes no permission but to use the API
        self.get(self.root())
        if self.http.server_time is None:
            message = "its answers have no usable Date header, so where a window may end is unknown."
            raise SourceError(self.http.source, None, message, "Nothing was read. Look for a proxy that removes it.")
        return self.http.server_time

    def _judge(self, response: httpx.Response) -> Refusal | None:
        """Judge an answer and note the org's use of its daily requests."""
        self.usage = api_usage(response.headers) or self.usage
        return judge(response)

    def _stop_at_limit(self, subject: str | None) -> None:
        if self._is_spent:
            raise QuotaExhausted(self.http.source, subject, "the org takes no more requests today.", QUOTA_REMEDY)
        if self.usage and self.usage[0] >= self.usage[1] * self.usage_limit < self.usage[1]:
            used, most = self.usage
            message = f"{used} of the org's {most} daily API requests are used; api_usage_limit leaves the rest."
            raise QuotaExhausted(self.http.source, subject, message, "The next run continues.")


def whole_minutes(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """Return the span widened to whole minutes and to the two minutes that getDeleted asks for at least."""
    start = since.replace(second=0, microsecond=0)
    end = until.replace(second=0, microsecond=0)
    if end < until:
        end += timedelta(minutes=1)
    return start, max(end, start + timedelta(minutes=2))


def is_gone(error: ApiError) -> bool:
    """Whether an error says that the object or record does not exist for this user."""
    return error.code in ("NOT_FOUND", "INVALID_TYPE")
