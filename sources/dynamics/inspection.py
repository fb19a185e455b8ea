"""What ``crm-warehouse sources check`` finds out about an environment: sign-in, clock, tables, change tracking."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sources.contract import Check, SourceObject
from sources.dynamics.api import Api, collection
from sources.errors import CrmWarehouseError

_LARGEST_SKEW_SECONDS = 300


def inspect(api: Api, objects: Sequence[SourceObject], always: Collection[str]) -> list[Check]:
    """Return one finding per question; what cannot be asked after a failed sign-in is left out.

    Args:
        always: tables that every environment has.
    """
    checks = [_tried("sign-in and clock", lambda: _clock(api))]
    if not checks[0].passed:
        return checks
    try:
        definitions = api.definitions()
    except CrmWarehouseError as error:
        return [*checks, Check("tables", False, str(error))]
    for obj in objects:
        checks += _table(api, obj, definitions.get(obj.name), is_needed=obj.name in always)
    return checks


def _tried(what: str, ask: Callable[[], Check]) -> Check:
    try:
        return ask()
    except CrmWarehouseError as error:
        return Check(what, False, str(error))


def _clock(api: Api) -> Check:
    theirs = api.clock()
    skew = abs((datetime.now(UTC).replace(tzinfo=None) - theirs).total_seconds())
    detail = f"the environment says {theirs.isoformat()}Z, {skew:.0f} s from this machine's clock"
    return Check("sign-in and clock", True, detail + ("" if skew <= _LARGEST_SKEW_SECONDS else "; windows follow it"))


def _table(api: Api, obj: SourceObject, definition: dict[str, Any] | None, *, is_needed: bool) -> Iterator[Check]:
    if definition is None:
        advice = "not visible: give the application user Read on it" if is_needed else "not in this environment: empty"
        yield Check(obj.name, not is_needed, advice)
        return
    yield _tried(obj.name, lambda: _readable(api, obj, definition))


def _readable(api: Api, obj: SourceObject, definition: dict[str, Any]) -> Check:
    api.get(collection(definition["EntitySetName"], obj.key, top="1"), obj.name)
    found = api.attributes(obj.name)
    known = {f"_{each['LogicalName']}_value" for each in found}
    known |= {each["LogicalName"] for each in found}
    hidden = [name for column in obj.columns if (name := column.name) not in known and not name.endswith("_type")]
    tracked = (
        "changes are tracked" if definition.get("ChangeTrackingEnabled") else "no change tracking: read by modifiedon"
    )
    if obj.cursor is None:
        tracked = "read whole each time"
    lacking = f"; not in this environment or hidden: {', '.join(hidden)}" if hidden else ""
    return Check(obj.name, True, f"{len(found)} columns, {tracked}{lacking}")
