"""The few calls of HubSpot's API that reading needs: lists, searches, batches, associations, settings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sources.errors import QuotaExhausted, SourceError, TransientSourceError
from sources.http import ApiError, HttpClient
from sources.hubspot.answers import judge
from sources.hubspot.login import Login

_NOTHING_KEPT = "Nothing of it was kept; the next run tries again."
# an account may search five times a second, over all of its apps; older accounts four times
_SECONDS_BETWEEN_SEARCHES = 0.25
LONGEST_BATCH = 100
LONGEST_BATCH_WITH_HISTORY = 50
LONGEST_ASSOCIATION_BATCH = 1_000
_BATCH_ATTEMPTS = 4


@dataclass(frozen=True)
class Batch:
    """What a batch of ids was answered: the records, and the ids that HubSpot says there are none of."""

    records: list[dict[str, Any]]
    missing: frozenset[str]


class Api:
    """One account. ``subject`` names the object that errors are about."""

    def __init__(self, source: str, login: Login, sleep: Callable[[float], None]) -> None:
        self.http = HttpClient(source, sign_in=login.token, judge=judge, sleep=sleep)
        self._login, self._next_search = login, 0.0
        self._exhausted: QuotaExhausted | None = None
        login.attach(self.http)

    def begin(self) -> datetime:
        """Return the account's own time, naive UTC in whole seconds; a run begins with it.

        Raises SourceError when nothing tells it.
        """
        self._exhausted = None
        try:
            self.get("/crm/v3/owners", "owners", limit="1")
        except ApiError as error:
            # an app may have no use for owners, and a refusal tells the time as well
            if error.code != "MISSING_SCOPES":
                raise
        if self.http.server_time is None:
            message = "its answers have no usable Date header, so where a window may end is unknown."
            raise SourceError(self.http.source, None, message, "Nothing was read. Look for a proxy that removes it.")
        return self.http.server_time

    def left_today(self) -> int | None:
        """Return how many requests of the day are left, None where HubSpot does not tell."""
        url = f"{self._login.url()}/crm/v3/owners"
        try:
            answer = self.http.request("GET", url, subject="owners", params={"limit": "1"})
        except ApiError as error:
            if error.code != "MISSING_SCOPES":
                raise
            return None
        left = answer.headers.get("X-HubSpot-RateLimit-Daily-Remaining", "")
        return int(left) if left.isdigit() else None

    def get(self, path: str, subject: str, **parameters: str) -> Any:
        """Return the JSON of a GET."""
        return self._send("GET", path, subject, params=parameters)

    def post(self, path: str, subject: str, body: Mapping[str, Any], **parameters: str) -> Any:
        """Return the JSON of a POST that reads."""
        return self._send("POST", path, subject, json=body, params=parameters)

    def pages(self, path: str, subject: str, **parameters: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the results of every page of a list; only a page without ``paging.next`` is the last one.

        Raises SourceError where a page leads back to one already read.
        """
        followed: set[str] = set()
        while True:
            answer = self.get(path, subject, **parameters)
            yield answer["results"]
            after = _after(answer)
            if after is None:
                return
            if after in followed:
                raise self.broken(subject, "a page leads back to one that was read already.")
            followed.add(after)
            parameters["after"] = after

    def search(self, path: str, subject: str, body: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
        """Return one page of a search and where the next begins, None behind the last."""
        pause = self._next_search - time.monotonic()
        if pause > 0:
            self.http.sleep(pause)
        self._next_search = time.monotonic() + _SECONDS_BETWEEN_SEARCHES
        answer = self.post(f"{path}/search", subject, body)
        return answer["results"], _after(answer)

    def batch(self, path: str, subject: str, ids: Sequence[str], archived: bool = False, **asked: Any) -> Batch:
        """Return the records of these ids; ``asked`` is properties and propertiesWithHistory.

        Ids that HubSpot failed to answer for are asked for again. Raises TransientSourceError when that does not help.
        """
        records: list[dict[str, Any]] = []
        missing: set[str] = set()

        def once(some: Sequence[str]) -> list[Mapping[str, Any]]:
            body = {"inputs": [{"id": each} for each in some], **asked}
            answer = self.post(f"{path}/batch/read", subject, body, archived="true" if archived else "false")
            records.extend(answer["results"])
            errors = answer.get("errors") or []
            missing.update(*(_ids(each) for each in errors if each.get("category") == "OBJECT_NOT_FOUND"))
            return [each for each in errors if each.get("category") != "OBJECT_NOT_FOUND"]

        self._until_answered(subject, ids, once)
        return Batch(records, frozenset(missing))

    def associations(self, one: str, two: str, subject: str, ids: Sequence[str]) -> list[tuple[str, dict[str, Any]]]:
        """Return (id, associated record) of every association of these ids; an id without any has none.

        Ids that HubSpot failed to answer for are asked for again. Raises TransientSourceError when that does not help.
        """
        found: list[tuple[str, dict[str, Any]]] = []

        def once(some: Sequence[str]) -> list[Mapping[str, Any]]:
            asked: list[dict[str, str]] = [{"id": each} for each in some]
            failed: list[Mapping[str, Any]] = []
            followed: set[tuple[str, str]] = set()
            while asked:
                answer = self.post(f"/crm/v4/associations/{one}/{two}/batch/read", subject, {"inputs": asked})
                failed += [each for each in answer.get("errors") or [] if not _says_none(each)]
                results = [(str(each["from"]["id"]), each) for each in answer["results"]]
                found.extend((identifier, each) for identifier, result in results for each in result["to"])
                further = [(each, after) for each, result in results if (after := _after(result))]
                if not followed.isdisjoint(further):
                    raise self.broken(subject, "a page of associations leads back to one that was read already.")
                followed.update(further)
                asked = [{"id": identifier, "after": after} for identifier, after in further]
            return failed

        self._until_answered(subject, ids, once)
        return found

    def broken(self, subject: str, message: str) -> SourceError:
        """Return the error of an answer that cannot be."""
        return SourceError(self.http.source, subject, message, _NOTHING_KEPT)

    def _until_answered(
        self, subject: str, ids: Sequence[str], once: Callable[[Sequence[str]], list[Mapping[str, Any]]]
    ) -> None:
        """Ask for all ids, then for those that the errors of a partial answer name."""
        for attempt in range(_BATCH_ATTEMPTS):
            errors = once(ids)
            if not errors:
                return
            known = set(ids)
            ids = [each for each in dict.fromkeys(each for error in errors for each in _ids(error)) if each in known]
            if not ids:
                break
            self.http.sleep(2.0**attempt)
        message = f"a batch was answered in part: {errors[0].get('category')}: {errors[0].get('message')}."
        raise TransientSourceError(self.http.source, subject, self.http.redactor.clean(message), _NOTHING_KEPT)

    def _send(self, method: str, path: str, subject: str, **send: Any) -> Any:
        if self._exhausted is not None:
            raise QuotaExhausted(self.http.source, subject, "the day's requests are used up.", self._exhausted.remedy)
        try:
            answer = self.http.json(method, self._login.url() + path, subject=subject, **send)
        except QuotaExhausted as error:
            self._exhausted = error
            raise
        if not isinstance(answer, dict):
            raise self.broken(subject, "the answer is no JSON object.")
        return answer


def _after(answer: Mapping[str, Any]) -> str | None:
    following = (answer.get("paging") or {}).get("next") or {}
    return str(following["after"]) if following.get("after") else None


def _ids(error: Mapping[str, Any]) -> list[str]:
    """Return the ids that an error of a batch is about, under whichever name."""
    return [str(each) for values in (error.get("context") or {}).values() for each in values]


def _says_none(error: Mapping[str, Any]) -> bool:
    """Whether an error only says that a record has no associations, or is not there."""
    words = f"{error.get('category')} {error.get('subCategory')}"
    return "NO_ASSOCIATIONS_FOUND" in words or "OBJECT_NOT_FOUND" in words
