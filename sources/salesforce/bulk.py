"""Bulk API 2.0: one query job, its result pages by locator, every count compared."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import httpx

from sources.errors import SourceError, TransientSourceError
from sources.http import ApiError, Incomplete
from sources.http.pages import Pages, Staged
from sources.salesforce.api import Api
from sources.salesforce.soql import Query

_log = logging.getLogger(__name__)
_TRIES = 3
_FIRST_POLL, _SLOWEST_POLL = 0.2, 60.0
_LONGEST_JOB = 6 * 3600.0
# the query itself is wrong: REST would refuse it too
_QUERY_IS_WRONG = ("INVALID_FIELD", "INVALID_TYPE", "MALFORMED_QUERY", "NOT_FOUND")


class BulkUnavailableError(Exception):
    """Bulk cannot read this query now; REST can. The text is Salesforce's reason."""


class BulkReader:
    """Reads a query through a job. ``page_rows`` is how many rows are asked for in one page."""

    def __init__(self, api: Api, connection: duckdb.DuckDBPyConnection, page_rows: int) -> None:
        self._api, self._connection, self._page_rows = api, connection, page_rows

    def read(self, query: Query, folder: Path, progress: Callable[[int], None]) -> Staged:
        """Return every row of the query.

        Raises BulkUnavailableError when the object, the quota or three failed jobs leave REST as the way, and
        otherwise what HttpClient raises.
        """
        reason = ""
        for number in range(1, _TRIES + 1):
            job = self._create(query)
            try:
                done = self._wait(job, query.object_name)
                if done["state"] == "JobComplete":
                    return self._pages(job, done, query, folder / f"job_{number}", progress)
                reason = f"job {job} {done['state']}: {done.get('errorMessage', 'no reason given')}"
            except Incomplete as error:
                reason = f"job {job}: {error}"
            finally:
                self._delete(job, query.object_name)
            _log.warning("%s.%s: %s", self._api.http.source, query.object_name, reason)
            if any(code in reason for code in _QUERY_IS_WRONG):
                break
        raise BulkUnavailableError(reason)

    def _create(self, query: Query) -> str:
        body = {
            "operation": "queryAll",
            "query": query.text(ordered=False),
            "contentType": "CSV",
            "columnDelimiter": "COMMA",
            "lineEnding": "LF",
        }
        try:
            answer = self._api.call("POST", self._path(), query.object_name, json=body)
        except ApiError as error:
            if error.status == 400 and error.code not in _QUERY_IS_WRONG:
                raise BulkUnavailableError(error.message) from None
            raise
        return str(answer["id"])

    def _wait(self, job: str, name: str) -> dict[str, Any]:
        """Return the job once it has ended, asking at growing intervals."""
        pause, waited = _FIRST_POLL, 0.0
        while True:
            state: dict[str, Any] = self._api.get(f"{self._path()}/{job}", name)
            if state["state"] in ("JobComplete", "Failed", "Aborted"):
                return state
            if waited >= _LONGEST_JOB:
                self._api.call("PATCH", f"{self._path()}/{job}", name, json={"state": "Aborted"})
                raise TransientSourceError(self._api.http.source, name, f"job {job} ran for over six hours.")
            self._api.http.sleep(pause)
            waited, pause = waited + pause, min(pause * 1.5, _SLOWEST_POLL)

    def _pages(
        self, job: str, done: dict[str, Any], query: Query, folder: Path, progress: Callable[[int], None]
    ) -> Staged:
        """Download every page. Raises Incomplete when they do not add up to what the job processed."""
        pages = Pages(self._connection, folder, query.fields)
        locator: str | None = None
        followed: set[str] = set()
        while True:
            path, counted = pages.next_path(), 0

            def verify(page: Path, headers: httpx.Headers) -> None:
                nonlocal counted
                counted = pages.verify(page, _promised(headers))

            headers = self._download(job, locator, path, verify, query.object_name)
            pages.keep(path, counted)
            progress(counted)
            following = headers.get("Sforce-Locator")
            # the last page says "null", in letters
            if following in (None, "", "null"):
                break
            if following in followed:
                raise Incomplete("a result page leads back to one that was read already")
            followed.add(following)
            locator = following
        if pages.rows != int(done["numberRecordsProcessed"]):
            raise Incomplete(f"{pages.rows} rows in the pages, {done['numberRecordsProcessed']} processed")
        return pages.staged()

    def _download(
        self, job: str, locator: str | None, path: Path, verify: Callable[[Path, httpx.Headers], None], name: str
    ) -> httpx.Headers:
        params = {"maxRecords": str(self._page_rows)} | ({"locator": locator} if locator else {})
        url = self._api.url(f"{self._path()}/{job}/results")
        accept = {"Accept": "text/csv"}
        try:
            return self._api.http.download(url, path, subject=name, verify=verify, params=params, headers=accept)
        except ApiError as error:
            if error.code in ("NOT_FOUND", "INVALID_QUERY_LOCATOR"):
                raise Incomplete(f"its results are gone: {error.message}") from None
            raise

    def _delete(self, job: str, name: str) -> None:
        """Give the job's storage back; it expires by itself after seven days, so a failure is no failure."""
        try:
            self._api.http.request("DELETE", self._api.url(f"{self._path()}/{job}"), subject=name)
        except SourceError as error:
            _log.info("%s: job %s stays until it expires: %s", self._api.http.source, job, error)

    def _path(self) -> str:
        return f"{self._api.root()}/jobs/query"


def _promised(headers: httpx.Headers) -> int | None:
    value = headers.get("Sforce-NumberOfRecords", "")
    return int(value) if value.isdigit() else None
