"""The few calls of the Zoho CRM API that reading needs, each one request or one list of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from sources.errors import SourceError, TransientSourceError
from sources.http import ApiError, HttpClient
from sources.zoho.answers import judge, judge_json
from sources.zoho.login import Login

ROOT = "/crm/v8"
PAGE_ROWS = 200
_BULK = "/crm/bulk/v8/read"


class Api:
    """One organization. ``subject`` names the object that errors are about."""

    def __init__(self, source: str, login: Login, sleep: Callable[[float], None]) -> None:
        self.http = HttpClient(
            source, sign_in=login.token, scheme="Zoho-oauthtoken", judge=judge, judge_json=judge_json, sleep=sleep
        )
        self._login = login
        login.attach(self.http)

    def get(
        self,
        path: str,
        subject: str | None = None,
        params: Mapping[str, str | int] | None = None,
        since: datetime | None = None,
    ) -> Any:
        """Return the JSON of a GET; {} where there is nothing, or nothing modified ``since`` (naive UTC)."""
        headers = {"If-Modified-Since": iso(since)} if since else {}
        return self.http.json(
            "GET", self._login.domain() + path, subject=subject, params=dict(params or {}), headers=headers
        )

    def clock(self) -> datetime:
        """Return the organization's own time, naive UTC in whole seconds. Raises SourceError when nothing tells it."""
        if self.http.server_time is None:
            message = "its answers have no usable Date header, so where a window may end is unknown."
            raise SourceError(self.http.source, None, message, "Nothing was read. Look for a proxy that removes it.")
        return self.http.server_time

    def modules(self) -> frozenset[str]:
        """Return the API names of the modules that the API reads."""
        answer = self.get(f"{ROOT}/settings/modules")
        return frozenset(each["api_name"] for each in answer.get("modules", ()) if each.get("api_supported", True))

    def fields(self, module: str, subject: str) -> list[dict[str, Any]]:
        """Return what the API says about a module's fields; [] where it says nothing."""
        answer = self.get(f"{ROOT}/settings/fields", subject, {"module": module, "type": "all"})
        fields: list[dict[str, Any]] = answer.get("fields", [])
        return fields

    def count(self, module: str) -> int | None:
        """Return how many records a module has, or None where the API does not count them."""
        try:
            answer = self.get(f"{ROOT}/{module}/actions/count", module)
        except ApiError as error:
            if error.status == 401:
                raise
            return None
        return int(answer["count"]) if "count" in answer else None

    def query(self, text: str, subject: str) -> Any:
        """Return the answer to a COQL query."""
        url = f"{self._login.domain()}{ROOT}/coql"
        return self.http.json("POST", url, subject=subject, json={"select_query": text})

    def pages(
        self,
        path: str,
        member: str,
        subject: str,
        params: Mapping[str, str | int],
        since: datetime | None = None,
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of a list: by token where one is given, since numbers reach 2,000 records only."""
        place: dict[str, str | int] = {"page": 1}
        number, followed = 1, set[str]()
        while True:
            answer = self.get(path, subject, {**params, **place, "per_page": PAGE_ROWS}, since)
            if rows := answer.get(member):
                yield rows
            info = answer.get("info") or {}
            if not info.get("more_records"):
                return
            number += 1
            token = info.get("next_page_token")
            if not rows or token in followed:
                raise self.loops(subject)
            if token:
                followed.add(token)
            place = {"page_token": token} if token else {"page": number}

    def loops(self, subject: str) -> TransientSourceError:
        """Return the error of a list that promises more and leads nowhere."""
        message = "a page says that more records follow, and leads to none."
        return TransientSourceError(self.http.source, subject, message, "Nothing of it was kept.")

    def start_job(self, query: Mapping[str, Any], subject: str) -> str:
        """Start a bulk read and return its id."""
        url, body = self._login.domain() + _BULK, {"query": query, "file_type": "csv"}
        answer = self.http.json("POST", url, subject=subject, json=body)
        return str(answer["data"][0]["details"]["id"])

    def job(self, number: str, subject: str) -> dict[str, Any]:
        """Return where a bulk read is."""
        answer = self.get(f"{_BULK}/{number}", subject)
        found: dict[str, Any] = answer["data"][0]
        return found

    def download(self, link: str, path: Path, subject: str, verify: Callable[[Path, httpx.Headers], None]) -> None:
        """Fetch the result of a bulk read into ``path``."""
        self.http.download(self._login.domain() + link, path, subject=subject, verify=verify)


def iso(moment: datetime) -> str:
    """Return a naive UTC moment in the form that headers and queries take, cut to seconds."""
    return moment.isoformat(timespec="seconds") + "+00:00"
