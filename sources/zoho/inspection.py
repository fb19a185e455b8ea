"""What ``crm-warehouse sources check`` finds out about an organization: sign-in, clock, modules, fields, scopes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sources.contract import Check, SourceObject
from sources.errors import CrmWarehouseError
from sources.inspecting import clock_check, tried
from sources.zoho.api import ROOT, Api
from sources.zoho.coql import Query
from sources.zoho.fields import KEY, described
from sources.zoho.objects import CHILDREN, LISTED, OBJECTS, OWN


def inspect(api: Api, objects: Sequence[SourceObject], always: Collection[str]) -> list[Check]:
    """Return one finding per question; what cannot be asked after a failed sign-in is left out.

    Args:
        always: modules that every organization has.
    """
    try:
        modules = api.modules()
    except CrmWarehouseError as error:
        return [Check("sign-in and modules", False, str(error))]
    checks = [Check("sign-in and modules", True, f"{len(modules)} modules")]
    checks.append(tried("clock", lambda: clock_check("the organization", api.clock())))
    # no endpoint of the API tells what is left of them
    checks.append(Check("API credits", True, "Zoho tells them in Setup, Developer Hub, APIs & SDKs only"))
    for obj in objects:
        checks += _object(api, obj, modules, is_needed=obj.name in always or obj not in OBJECTS)
    return checks


def _object(api: Api, obj: SourceObject, modules: Collection[str], *, is_needed: bool) -> Iterator[Check]:
    if obj.name in OWN:
        yield tried(obj.name, lambda: _own(api, obj.name))
        return
    module = CHILDREN[obj.name].parent if obj.name in CHILDREN else obj.name
    if module not in modules:
        advice = "not visible: give the user View on it" if is_needed else "not in this organization: empty"
        yield Check(obj.name, not is_needed, advice)
    elif obj.name in CHILDREN:
        yield Check(obj.name, True, f"read with {module}")
    else:
        yield tried(obj.name, lambda: _readable(api, obj))


def _own(api: Api, name: str) -> Check:
    path, member, params = OWN[name]
    found = api.get(ROOT + path, name, params).get(member, [])
    return Check(name, True, "readable" if found else "the organization names none")


def _readable(api: Api, obj: SourceObject) -> Check:
    found = described(obj.name, api.fields(obj.name, obj.name))
    if obj.name in LISTED:
        api.get(f"{ROOT}/{obj.name}", obj.name, {"fields": KEY, "per_page": 1})
        how = "listed"
    else:
        api.query(Query(obj.name, (KEY,)).text().replace("limit 2000", "limit 1"), obj.name)
        how = f"{len(found.queried)} of them by COQL"
    hidden = [column.name for column in obj.columns if column.name not in found.names]
    lacking = f"; not in this organization or hidden: {', '.join(hidden)}" if hidden else ""
    return Check(obj.name, True, f"{len(found.columns)} fields, {how}{lacking}")
