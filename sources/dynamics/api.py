"""The few calls of the Dataverse Web API that reading needs: metadata, pages of records, changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from sources.dynamics.answers import judge, judge_json
from sources.dynamics.fields import LOOKUP_NAME
from sources.dynamics.login import Login
from sources.errors import SourceError
from sources.http import HttpClient, Refusal

_ROOT = "/api/data/v9.2"
# $count goes no further, however many records there are
_MOST_COUNTED = 5_000
_HEADERS = {
    "Accept": "application/json",
    "OData-MaxVersion": "4.0",
    "OData-Version": "4.0",
    "If-None-Match": "null",
}
_DEFINITION = "LogicalName,EntitySetName,PrimaryIdAttribute,ChangeTrackingEnabled,DataProviderId"
_ATTRIBUTE = "LogicalName,AttributeType,AttributeTypeName,AttributeOf,IsValidForRead"


@dataclass(frozen=True)
class Page:
    """One page: its records, those that say a record was deleted, and the delta link, which only a last page has."""

    records: list[dict[str, Any]]
    deleted: list[str]
    delta_link: str | None


class Api:
    """One environment. ``subject`` names the table that errors are about.

    Attributes:
        requests_left: what the last answer said is left of the requests of five minutes; None where it did not.
    """

    def __init__(self, source: str, login: Login, page_rows: int, sleep: Callable[[float], None]) -> None:
        self.http = HttpClient(source, sign_in=login.token, judge=self._judge, judge_json=judge_json, sleep=sleep)
        self.requests_left: int | None = None
        self._login, self._page_rows = login, page_rows
        login.attach(self.http)

    def get(self, path: str, subject: str | None = None, prefer: str = "") -> Any:
        """Return the JSON of a GET; ``path`` starts behind the API's root, or is a link that an answer gave."""
        url = path if "://" in path else self._login.environment() + ("" if path.startswith(_ROOT) else _ROOT) + path
        headers = _HEADERS | ({"Prefer": prefer} if prefer else {})
        return self.http.json("GET", url, subject=subject, headers=headers)

    def environment(self) -> str:
        """Return the environment's URL."""
        return self._login.environment()

    def who_am_i(self) -> str:
        """Return the id of the application user."""
        return str(self.get("/WhoAmI")["UserId"])

    def clock(self) -> datetime:
        """Return the environment's own time, naive UTC in whole seconds. Raises SourceError when nothing tells it."""
        self.get("/WhoAmI")
        if self.http.server_time is None:
            message = "its answers have no usable Date header, so where a window may end is unknown."
            raise SourceError(self.http.source, None, message, "Nothing was read. Look for a proxy that removes it.")
        return self.http.server_time

    def definitions(self) -> dict[str, dict[str, Any]]:
        """Return the definition of every table by logical name."""
        answer = self.get(f"/EntityDefinitions?$select={_DEFINITION}")
        return {each["LogicalName"]: each for each in answer["value"]}

    def attributes(self, name: str) -> list[dict[str, Any]]:
        """Return the attributes of a table."""
        path = f"/EntityDefinitions(LogicalName='{name}')/Attributes?$select={_ATTRIBUTE}"
        attributes: list[dict[str, Any]] = self.get(path, name)["value"]
        return attributes

    def behaviors(self, name: str) -> dict[str, str]:
        """Return DateTime attribute → behaviour: whether its values are moments or days."""
        cast = "Microsoft.Dynamics.CRM.DateTimeAttributeMetadata"
        path = f"/EntityDefinitions(LogicalName='{name}')/Attributes/{cast}?$select=LogicalName,DateTimeBehavior"
        answer = self.get(path, name)
        return {each["LogicalName"]: (each.get("DateTimeBehavior") or {}).get("Value", "") for each in answer["value"]}

    def pages(self, path: str, subject: str, *, tracked: bool = False) -> Iterator[Page]:
        """Yield every page of a collection; with ``tracked`` the last one must have a delta link.

        Raises SourceError where a page leads back to one already read, a tracked read ends without a link, or fewer
        records come than a ``path`` with ``$count`` says.
        """
        prefer = f'odata.maxpagesize={self._page_rows},odata.include-annotations="{LOOKUP_NAME}"'
        if tracked:
            prefer = f"odata.track-changes,{prefer}"
        link: str | None = path
        followed, read, counted = set(), 0, _MOST_COUNTED
        while link:
            followed.add(link)
            answer = self.get(link, subject, prefer)
            records = [each for each in answer["value"] if not _is_delete(each)]
            deleted = [each["id"] for each in answer["value"] if _is_delete(each)]
            counted = min(counted, int(answer.get("@odata.count", counted)))
            read += len(records)
            link = answer.get("@odata.nextLink")
            delta_link = self._without_host(answer.get("@odata.deltaLink"))
            if link in followed:
                raise self._unusable(subject, "a page leads back to one that was read already.")
            if tracked and not link and not delta_link:
                message = "the last page of a tracked read has neither a next link nor a delta link."
                raise self._unusable(subject, message)
            if not link and read < counted < _MOST_COUNTED:
                raise self._unusable(subject, f"{read} records came where the environment counts {counted}.")
            yield Page(records, deleted, delta_link)

    def _unusable(self, subject: str, message: str) -> SourceError:
        return SourceError(self.http.source, subject, message, "Nothing of it was kept; the next run tries again.")

    def _judge(self, response: httpx.Response) -> Refusal | None:
        """Judge an answer and note how many requests are left."""
        left = response.headers.get("x-ms-ratelimit-burst-remaining-xrm-requests", "")
        self.requests_left = int(left) if left.isdecimal() else self.requests_left
        return judge(response)

    def _without_host(self, link: str | None) -> str | None:
        """Return a link to go on from another day: the environment may have another name by then."""
        return None if link is None else link.removeprefix(self._login.environment())


def _is_delete(entry: dict[str, Any]) -> bool:
    """Whether an entry of a delta says that a record is gone: a table may have a column named reason."""
    return str(entry.get("@odata.context", "")).endswith("/$deletedEntity")


def collection(set_name: str, selected: tuple[str, ...] = (), **options: str) -> str:
    """Return the path of a collection; each option is one of OData's, without its ``$``."""
    parts = [f"$select={','.join(selected)}"] if selected else []
    # spaces must not travel as plus signs, and colons may stay as they are
    parts += [f"${name}={quote(value, safe=':,')}" for name, value in options.items()]
    return f"/{set_name}" + (f"?{'&'.join(parts)}" if parts else "")
