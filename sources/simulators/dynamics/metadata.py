"""What the environment says about its tables: EntityDefinitions, their attributes, and how many records there are."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sources.simulators.dynamics.errors import ApiError, bad_query, unknown_property
from sources.simulators.dynamics.options import CHOICES, option_set
from sources.simulators.dynamics.schema import Attribute, Table
from sources.simulators.dynamics.state import EnvironmentState
from sources.simulators.http import Request, Response, as_json

_FIRST_CUSTOM_CODE = 10_000
# what an attribute has by its kind: it can be selected behind a cast to that kind only
_OF_ONE_KIND = frozenset(
    {"Precision", "PrecisionSource", "IsBaseCurrency", "CalculationOf", "MaxLength", "Targets"}
    | {"Format", "DateTimeBehavior"}
)


class Metadata:
    """Answers from the schema."""

    def __init__(self, state: EnvironmentState) -> None:
        self.state = state

    def definitions(self, request: Request) -> Response:
        """Answer ``GET EntityDefinitions``; there is no paging."""
        value = [_chosen(self._definition(each), request, "EntityMetadata") for each in self.state.schema.values()]
        return as_json({"@odata.context": f"{request.base}/$metadata#EntityDefinitions", "value": value})

    def definition(self, request: Request) -> Response:
        """Answer ``GET EntityDefinitions(LogicalName='x')``."""
        return as_json(_chosen(self._definition(self._table(request.parameters[0])), request, "EntityMetadata"))

    def attributes(self, request: Request) -> Response:
        """Answer ``GET EntityDefinitions(LogicalName='x')/Attributes``, also cast to one kind of attribute."""
        table, cast = self._table(request.parameters[0]), request.parameters[1]
        if cast == "EnumAttributeMetadata":
            raise bad_query("Cannot cast to an abstract type.")
        shown = [_attribute(each, table) for each in table.attributes]
        if cast:
            kind = cast.removesuffix("AttributeMetadata")
            shown = [each for each in shown if each["AttributeTypeName"]["Value"] == f"{kind}Type"]
        value = [_chosen(each, request, cast or "AttributeMetadata", () if cast else _OF_ONE_KIND) for each in shown]
        if "OptionSet" in request.query.get("$expand", "") and cast.removesuffix("AttributeMetadata") in CHOICES:
            by_name = {each.name: each for each in table.attributes}
            for chosen, each in zip(value, shown, strict=True):
                chosen["OptionSet"] = option_set(self.state, table, by_name[each["LogicalName"]])
                chosen["GlobalOptionSet"] = None
        return as_json({"@odata.context": f"{request.base}/$metadata#EntityDefinitions", "value": value})

    def record_counts(self, request: Request) -> Response:
        """Answer ``GET RetrieveTotalRecordCount(EntityNames=['a','b'])``, also with an alias: ``=@p1)?@p1=["a"]``."""
        names = re.findall(r"""['"](\w+)['"]""", " ".join((*request.parameters, *request.query.values())))
        counts = []
        for name in names:
            table = self._table(name)
            row = self.state.cursor().execute(f"select count(*) from {self.state.table(table.name)}").fetchone()
            counts.append(row[0] if row else 0)
        collection = {"Count": len(names), "IsReadOnly": False, "Keys": names, "Values": counts}
        return as_json({"EntityRecordCountCollection": collection})

    def _table(self, name: str) -> Table:
        table = self.state.schema.get(name)
        if table is None:
            raise ApiError(404, "0x80060888", f"Could not find an entity with name '{name}'.")
        return self.state.visible(table)

    def _definition(self, table: Table) -> dict[str, Any]:
        return {
            "LogicalName": table.name,
            "EntitySetName": table.set_name,
            "SchemaName": table.name.capitalize(),
            "ObjectTypeCode": table.type_code or _FIRST_CUSTOM_CODE + list(self.state.schema).index(table.name),
            "PrimaryIdAttribute": table.primary_id,
            "PrimaryNameAttribute": table.primary_name,
            "ChangeTrackingEnabled": self.state.is_tracked(table),
            "CanChangeTrackingBeEnabled": {"Value": True},
            "IsCustomEntity": table.is_custom,
            "IsIntersect": False,
            "IsActivity": table.primary_id == "activityid",
            "OwnershipType": "UserOwned" if table.of_property("_ownerid_value") else "OrganizationOwned",
            "DataProviderId": None,
        }


def _attribute(attribute: Attribute, table: Table) -> dict[str, Any]:
    kind = "DateTime" if attribute.type == "DateOnly" else attribute.type
    shown: dict[str, Any] = {
        "LogicalName": attribute.name,
        "SchemaName": attribute.name.capitalize(),
        "AttributeType": "Virtual" if kind == "MultiSelectPicklist" else kind,
        "AttributeTypeName": {"Value": f"{kind}Type"},
        "AttributeOf": None,
        "IsValidForRead": True,
        "IsLogical": False,
        "SourceType": 0,
        "DisplayName": {"UserLocalizedLabel": {"Label": attribute.name, "LanguageCode": 1033}},
        "IsCustomAttribute": attribute.is_custom,
        "IsPrimaryId": attribute.name == table.primary_id,
    }
    if attribute.is_lookup:
        shown["Targets"] = list(attribute.targets)
    if kind == "Money":
        shown |= {"Precision": 4, "PrecisionSource": 2, "IsBaseCurrency": False, "CalculationOf": None}
    if kind == "Decimal":
        shown["Precision"] = 10
    if kind == "String":
        shown["MaxLength"] = 4_000
    if kind == "DateTime":
        behavior = "DateOnly" if attribute.type == "DateOnly" else "UserLocal"
        shown |= {"Format": "DateOnly" if attribute.type == "DateOnly" else "DateAndTime"}
        shown["DateTimeBehavior"] = {"Value": behavior}
    return shown


def _chosen(document: dict[str, Any], request: Request, kind: str, hidden: Collection[str] = ()) -> dict[str, Any]:
    """The properties that ``$select`` names, none of ``hidden``; all without one. Raises ApiError 400 for another."""
    select = [name.strip() for name in request.query.get("$select", "").split(",") if name.strip()]
    for name in select:
        if name not in document or name in hidden:
            raise unknown_property(name, kind)
    return {name: value for name, value in document.items() if not select or name in select}
