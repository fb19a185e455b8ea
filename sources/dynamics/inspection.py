"""What ``crm-warehouse sources check`` finds out about an environment: sign-in, clock, limits, tables, tracking."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sources.contract import Check, SourceObject
from sources.dynamics.api import Api, collection
from sources.errors import CrmWarehouseError
from sources.inspecting import clock_check, tried


def inspect(api: Api, objects: Sequence[SourceObject], always: Collection[str]) -> list[Check]:
    """Return one finding per question; what cannot be asked after a failed sign-in is left out.

    Args:
        always: tables that every environment has.
    """
    checks = [tried("sign-in", lambda: _signed_in(api))]
    if not checks[0].passed:
        return checks
    checks += [tried("clock", lambda: clock_check("the environment", api.clock())), _limits(api)]
    try:
        definitions = api.definitions()
    except CrmWarehouseError as error:
        return [*checks, Check("tables", False, str(error))]
    for obj in objects:
        checks += _table(api, obj, definitions.get(obj.name), is_needed=obj.name in always)
    return checks


def _signed_in(api: Api) -> Check:
    return Check("sign-in", True, f"as {api.who_am_i()} at {api.environment()}")


def _limits(api: Api) -> Check:
    # the daily entitlement is told nowhere; the limit that refuses requests is this one
    if api.requests_left is None:
        return Check("limits", True, "the environment names none")
    return Check("limits", api.requests_left > 0, f"{api.requests_left} requests left in these five minutes")


def _table(api: Api, obj: SourceObject, definition: dict[str, Any] | None, *, is_needed: bool) -> Iterator[Check]:
    if definition is None:
        advice = "not visible: give the application user Read on it" if is_needed else "not in this environment: empty"
        yield Check(obj.name, not is_needed, advice)
        return
    yield tried(obj.name, lambda: _readable(api, obj, definition))


def _readable(api: Api, obj: SourceObject, definition: dict[str, Any]) -> Check:
    key = definition["PrimaryIdAttribute"]
    api.get(collection(definition["EntitySetName"], (key,), top="1"), obj.name)
    found = api.attributes(obj.name)
    known = {f"_{each['LogicalName']}_value" for each in found}
    known |= {each["LogicalName"] for each in found}
    # the key of a table that is not declared is a guess
    declared = [column.name for column in obj.columns if column.name not in obj.key]
    hidden = [name for name in declared if name not in known and not name.endswith("_type")]
    tracked = (
        "changes are tracked" if definition.get("ChangeTrackingEnabled") else "no change tracking: read by modifiedon"
    )
    if obj.cursor is None:
        tracked = "read whole each time"
    lacking = f"; not in this environment or hidden: {', '.join(hidden)}" if hidden else ""
    return Check(obj.name, True, f"{len(found)} columns, {tracked}{lacking}")
