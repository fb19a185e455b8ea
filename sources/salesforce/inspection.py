"""What ``crm-warehouse sources check`` finds out about an org: sign-in, version, objects, fields, limits, clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sources.contract import Check, SourceObject
from sources.errors import CrmWarehouseError
from sources.http import ApiError
from sources.inspecting import clock_check, tried
from sources.salesforce.api import Api
from sources.salesforce.fields import Described, described
from sources.salesforce.objects import OBJECTS, REQUIRED
from sources.salesforce.soql import Query

_NEEDED_LEFT = 0.1


def inspect(api: Api, objects: Sequence[SourceObject], currency: str | None) -> list[Check]:
    """Return one finding per question; what cannot be asked after a failed sign-in is left out.

    Args:
        currency: what the configuration gives as the currency of an org that has only one.
    """
    checks = [tried("sign-in", lambda: _signed_in(api))]
    if not checks[0].passed:
        return checks
    checks += [tried("API version", lambda: _version(api)), tried("clock", lambda: clock_check("the org", api.clock()))]
    checks += [tried("limits", lambda: _limits(api))]
    try:
        answers = api.describe([obj.name for obj in objects])
    except CrmWarehouseError as error:
        return [*checks, Check("objects", False, str(error))]
    checks.append(currency_check("CurrencyType" in answers, currency))
    for obj in objects:
        found = described(answers[obj.name], obj.columns) if obj.name in answers else None
        checks += _object(api, obj, found)
    return [*checks, tried("custom objects", lambda: _custom_objects(api, objects))]


def _signed_in(api: Api) -> Check:
    return Check("sign-in", True, f"at {api.url('')}")


def _version(api: Api) -> Check:
    known = [str(each["version"]) for each in api.get("/services/data/")]
    if api.version in known:
        return Check("API version", True, f"v{api.version} of v{known[0]} to v{known[-1]}")
    return Check("API version", False, f"the org has no v{api.version}; set api_version to v{known[-1]} or earlier")


def _limits(api: Api) -> Check:
    limits = api.limits()
    details, passed = [], True
    for name in ("DailyApiRequests", "DailyBulkV2QueryJobs"):
        if name in limits:
            left, most = int(limits[name]["Remaining"]), int(limits[name]["Max"])
            passed = passed and left >= most * _NEEDED_LEFT
            details.append(f"{name}: {left} of {most} left")
    return Check("limits", passed, "; ".join(details) or "the org names none")


def currency_check(has_many: bool, given: str | None) -> Check:
    """Say whether the currency of every amount is known: from the org, or as ``given`` in the configuration."""
    if has_many:
        return Check("currency", True, "every amount says its own")
    if given:
        return Check("currency", True, f"the org has one currency, {given} as configured")
    advice = "the org has one currency and its amounts do not say which: set 'currency' in crm_sources.yaml"
    return Check("currency", False, advice)


def _object(api: Api, obj: SourceObject, found: Described | None) -> Iterator[Check]:
    if found is None:
        optional = obj.name not in REQUIRED and obj in OBJECTS
        advice = (
            "not in this org or not visible, read as empty"
            if optional
            else "not visible: give the user Read and View All on it"
        )
        yield Check(obj.name, optional, advice)
        return
    yield tried(obj.name, lambda: _readable(api, obj, found))
    hidden = [column.name for column in obj.columns if column.name not in found.names]
    flag = "IsDeleted" if obj.deleted_when else None
    essential = [name for name in hidden if name in {*obj.key, obj.cursor, flag, obj.merged_into}]
    if hidden:
        lead = "needed and hidden" if essential else "not in this org or hidden by field-level security"
        yield Check(f"{obj.name} fields", not essential, f"{lead}: {', '.join(essential or hidden)}")


def _readable(api: Api, obj: SourceObject, found: Described) -> Check:
    query = Query(obj.name, ("Id",), ids=("0" * 18,))
    try:
        api.get(api.query_path(query), obj.name)
    except ApiError as error:
        return Check(obj.name, False, str(error))
    return Check(obj.name, True, f"{len(found.columns)} fields readable, {len(found.formulas)} of them formulas")


def _custom_objects(api: Api, objects: Sequence[SourceObject]) -> Check:
    """Name the custom objects that hold records and are not read."""
    read = {obj.name for obj in objects}
    listed = [each for each in api.sobjects() if each["custom"] and each["queryable"] and not each["customSetting"]]
    unread = sorted(each["name"] for each in listed if each["name"].endswith("__c") and each["name"] not in read)
    advice = f"not read: {', '.join(unread)}; name those wanted in extra_objects" if unread else "none is left out"
    return Check("custom objects", True, advice)
