"""What ``crm-warehouse sources check`` finds out about an account: sign-in, clock, requests left, objects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from sources.contract import Check, SourceObject
from sources.hubspot.api import Api
from sources.hubspot.listing import first_page
from sources.inspecting import clock_check, tried

_OWN = {"id", "archived", "archivedAt"}


def inspect(
    api: Api, objects: Sequence[SourceObject], records: Collection[str], path: Callable[[SourceObject], str]
) -> list[Check]:
    """Return one finding per question; what cannot be asked after a failed sign-in is left out.

    Args:
        records: names of the objects that are object types; ``path`` returns how a path names one.
    """
    checks = [tried("sign-in and clock", lambda: _signed_in(api))]
    if not checks[0].passed:
        return checks
    checks.append(tried("requests left today", lambda: _left(api)))
    checks += _objects(api, objects, records, path)
    return checks


def _objects(
    api: Api, objects: Sequence[SourceObject], records: Collection[str], path: Callable[[SourceObject], str]
) -> Iterator[Check]:
    for obj in objects:
        if obj.name in records:
            yield tried(obj.name, lambda obj=obj: _readable(api, obj, path(obj)))  # type: ignore[misc]
        elif (page := first_page(obj.name)) is not None:
            yield tried(obj.name, lambda obj=obj, page=page: _listed(api, obj, page))  # type: ignore[misc]


def _signed_in(api: Api) -> Check:
    return replace(clock_check("the account", api.begin()), what="sign-in and clock")


def _left(api: Api) -> Check:
    left = api.left_today()
    if left is None:
        return Check("requests left today", True, "not told to an app with OAuth, nor without the scope of owners")
    return Check("requests left today", left > 0, f"{left:,}")


def _readable(api: Api, obj: SourceObject, path: str) -> Check:
    found = {each["name"] for each in api.get(f"/crm/v3/properties/{path}", obj.name, archived="false")["results"]}
    api.get(f"/crm/v3/objects/{path}", obj.name, limit="1")
    hidden = [column.name for column in obj.columns if column.name not in found | _OWN]
    lacking = f"; not in this account or hidden: {', '.join(hidden)}" if hidden else ""
    cursor = f"changes are found by {obj.cursor}" if obj.cursor in found else "read whole each time"
    return Check(obj.name, True, f"{len(found)} properties, {cursor}{lacking}")


def _listed(api: Api, obj: SourceObject, page: str) -> Check:
    api.get(page, obj.name)
    return Check(obj.name, True, "read whole each time")
