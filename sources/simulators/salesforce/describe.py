"""Metadata answers: API versions, the list of objects, and describe with every field attribute clients read.

Fields hidden by field-level security are simply absent, as in a real org.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sources.simulators.salesforce.errors import not_found
from sources.simulators.salesforce.faults import Faults
from sources.simulators.salesforce.schema import NUMERIC, Field, SObject
from sources.simulators.salesforce.state import OrgState

OLDEST, NEWEST = 47, 64
SOAP = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
}
MASTER_RECORD_TYPE = {
    "active": True,
    "available": True,
    "master": True,
    "name": "Master",
    "recordTypeId": "012000000000000AAA",
}
MERGEABLE = {"Account", "Contact", "Lead", "Case"}


def versions() -> list[dict[str, str]]:
    """The answer of ``GET /services/data/``: three releases a year since Winter '20."""
    seasons = ("Winter", "Spring", "Summer")
    return [
        {
            "label": f"{seasons[(number - OLDEST) % 3]} '{20 + (number - OLDEST) // 3}",
            "url": f"/services/data/v{number}.0",
            "version": f"{number}.0",
        }
        for number in range(OLDEST, NEWEST + 1)
    ]


class Describer:
    """Answers metadata requests over the state's schema."""

    def __init__(self, state: OrgState, faults: Faults) -> None:
        self.state, self.faults = state, faults

    def visible(self, name: str) -> SObject | None:
        """The object without the fields that are hidden from the caller, or None if there is none."""
        sobject = self.state.sobject(name)
        if sobject is None or not self.faults.hidden_fields:
            return sobject
        shown = (f for f in sobject.fields if f"{sobject.name}.{f.name}" not in self.faults.hidden_fields)
        return replace(sobject, fields=tuple(shown))

    def sobjects(self, base: str) -> dict[str, Any]:
        """The answer of ``GET …/sobjects``."""
        return {
            "encoding": "UTF-8",
            "maxBatchSize": 200,
            "sobjects": [_header(sobject, base) for sobject in self.state.schema.values()],
        }

    def basic(self, name: str, base: str) -> dict[str, Any]:
        """The answer of ``GET …/sobjects/<name>``. Raises ApiError 404."""
        sobject = self.visible(name)
        if sobject is None:
            raise not_found()
        return {"objectDescribe": _header(sobject, base), "recentItems": []}

    def describe(self, name: str, base: str) -> dict[str, Any]:
        """The answer of ``GET …/sobjects/<name>/describe``. Raises ApiError 404."""
        sobject = self.visible(name)
        if sobject is None:
            raise not_found()
        return {
            **_header(sobject, base),
            "fields": [_field(field, sobject) for field in sobject.fields],
            "childRelationships": [],
            "recordTypeInfos": [MASTER_RECORD_TYPE],
            "supportedScopes": [{"label": "All", "name": "everything"}],
        }


def _header(sobject: SObject, base: str) -> dict[str, Any]:
    deletable = sobject.has("IsDeleted")
    return {
        "name": sobject.name,
        "label": sobject.name,
        "labelPlural": f"{sobject.name}s",
        "keyPrefix": sobject.key_prefix,
        "custom": sobject.name.endswith("__c"),
        "customSetting": False,
        "queryable": True,
        "replicateable": sobject.replicateable,
        "retrieveable": True,
        "searchable": sobject.has("Name"),
        "mergeable": sobject.name in MERGEABLE,
        "deletable": deletable,
        "undeletable": deletable,
        "createable": True,
        "updateable": True,
        "triggerable": True,
        "layoutable": True,
        "feedEnabled": False,
        "deprecatedAndHidden": False,
        "urls": {
            "sobject": f"{base}/sobjects/{sobject.name}",
            "describe": f"{base}/sobjects/{sobject.name}/describe",
            "rowTemplate": f"{base}/sobjects/{sobject.name}/{{ID}}",
        },
    }


def _field(field: Field, sobject: SObject) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.name,
        "type": field.type,
        "soapType": SOAP.get(field.type, "xsd:string"),
        "length": field.length,
        "byteLength": field.length * 3,
        "precision": field.precision,
        "scale": field.scale,
        "digits": field.digits,
        "nillable": field.nillable,
        "custom": field.custom,
        "calculated": field.calculated,
        "calculatedFormula": "TODAY() - LastActivityDate" if field.calculated else None,
        "autoNumber": field.name in {"CaseNumber", "OrderNumber"},
        "compoundFieldName": field.compoundFieldName,
        "referenceTo": list(field.referenceTo),
        "relationshipName": field.relationship if field.referenceTo else None,
        "polymorphicForeignKey": field.polymorphicForeignKey,
        "picklistValues": [],
        "restrictedPicklist": False,
        "dependentPicklist": False,
        "controllerName": None,
        "externalId": False,
        "idLookup": field.type == "id",
        "unique": field.type == "id",
        "caseSensitive": field.type == "id",
        "encrypted": False,
        "filterable": field.filterable,
        "sortable": field.filterable,
        "groupable": field.filterable and field.type not in NUMERIC | {"datetime"},
        "aggregatable": field.filterable and field.type != "boolean",
        "deprecatedAndHidden": field.deprecatedAndHidden,
        "nameField": field.name == {"Case": "CaseNumber", "Order": "OrderNumber"}.get(sobject.name, "Name"),
        "updateable": not field.calculated and field.type not in {"id", "address"},
        "createable": not field.calculated and field.type not in {"id", "address"},
        "defaultedOnCreate": field.type == "boolean",
        "permissionable": field.nillable,
    }
