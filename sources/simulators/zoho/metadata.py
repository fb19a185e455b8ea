"""What the organization says about itself: modules, fields, users, its own entry, currencies."""

from __future__ import annotations

import json
from typing import Any

from sources.simulators.http import Request, Response, as_json, quoted, text
from sources.simulators.zoho.errors import invalid_module, no_permission
from sources.simulators.zoho.faults import Faults
from sources.simulators.zoho.listing import number_of
from sources.simulators.zoho.rendering import record_sql
from sources.simulators.zoho.schema import LOOKUPS, Field, Module
from sources.simulators.zoho.state import OrganizationState

_STATUSES = {"ActiveUsers": "active", "DeactiveUsers": "disabled", "DeletedUsers": "deleted"}


class Metadata:
    """Answers about modules, fields, users and currencies."""

    def __init__(self, state: OrganizationState, faults: Faults) -> None:
        self.state, self.faults = state, faults

    def modules(self, request: Request) -> Response:
        """Answer ``GET /settings/modules``."""
        shown = [found for name in self.state.schema if (found := self.state.module(name)) and _is_listed(found)]
        return as_json({"modules": [_module(each, number) for number, each in enumerate(shown, 1)]})

    def fields(self, request: Request) -> Response:
        """Answer ``GET /settings/fields?module=X``; a module without fields has no body."""
        module = self.state.module(request.query.get("module", ""))
        if module is None or not _is_listed(module):
            raise invalid_module()
        if module.name in self.faults.unreadable:
            raise no_permission(module.name)
        shown = []
        for number, each in enumerate(module.fields, 1):
            if each.name != "id":
                shown.append(_field(each, number) | {"pick_list_values": self._picked(module, each, number)})
        return as_json({"fields": shown}) if shown else Response(204)

    def _picked(self, module: Module, field: Field, number: int) -> list[dict[str, Any]]:
        """The values of a picklist: those that records have, after the one that stands for none."""
        if field.kind != "picklist":
            return []
        column = quoted(field.name)
        found = self.state.cursor().execute(
            f"select distinct {column} from {self.state.table(module.name)} where {column} is not null order by all"
        )
        values = ["-None-", *(row[0] for row in found.fetchall())]
        return [_picked(value, f"55402300000{number:04d}{place:03d}", place) for place, value in enumerate(values, 1)]

    def users(self, request: Request) -> Response:
        """Answer ``GET /users?type=…``, by pages of up to 200."""
        kind, size = request.query.get("type", "AllUsers"), min(number_of(request, "per_page", 200), 200)
        size = min(size, self.faults.page_rows)
        where = f"status = {text(_STATUSES[kind])}" if kind in _STATUSES else "true"
        page = number_of(request, "page", 1)
        rows = self._own("Users", f"where {where} order by id limit {size + 1} offset {(page - 1) * size}")
        if not rows:
            return Response(204)
        info = {"per_page": size, "count": len(rows[:size]), "page": page, "more_records": len(rows) > size}
        return _json(f'{{"users":[{",".join(rows[:size])}],"info":{json.dumps(info)}}}')

    def org(self, request: Request) -> Response:
        """Answer ``GET /org``."""
        return _json(f'{{"org":[{",".join(self._own("Org", ""))}]}}')

    def currencies(self, request: Request) -> Response:
        """Answer ``GET /org/currencies``; no body where there is one currency only."""
        rows = self._own("Currencies", "order by id")
        return _json(f'{{"currencies":[{",".join(rows)}]}}') if rows else Response(204)

    def _own(self, name: str, rest: str) -> list[str]:
        record = record_sql(self.state, self.state.schema[name].fields, "r")
        sql = f"select {record} from {self.state.table(name)} as r {rest}"
        return [row[0] for row in self.state.cursor().execute(sql).fetchall()]


def _is_listed(module: Module) -> bool:
    return module.is_module or module.type == "subform"


def _module(module: Module, number: int) -> dict[str, Any]:
    return {
        "id": f"55402300000000{number:04d}",
        "api_name": module.name,
        "module_name": module.name,
        "singular_label": module.name.removesuffix("s").replace("_", " "),
        "plural_label": module.name.replace("_", " "),
        "generated_type": module.type,
        "api_supported": True,
        "viewable": True,
        "visible": True,
        "status": "visible",
        "profiles": [],
    }


def _picked(value: str, identifier: str, place: int) -> dict[str, Any]:
    return {
        "id": identifier,
        "display_value": value,
        "actual_value": value,
        "reference_value": value,
        "sequence_number": place,
        "type": "used",
        "colour_code": None,
    }


def _field(field: Field, number: int) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": f"55402300000001{number:04d}",
        "api_name": field.name,
        "field_label": field.name.replace("_", " "),
        "data_type": field.data_type,
        "json_type": field.json_type,
        "length": field.length,
        "decimal_place": None,
        "custom_field": field.is_custom,
        "system_mandatory": False,
        "read_only": field.kind == "formula",
        "visible": True,
        "virtual_field": field.kind == "formula",
        "type": "used",
        "history_tracking": None,
        "unique": {},
        "currency": {},
        "multiselectlookup": {},
        "lookup": {},
        "subform": None,
        "formula": {},
    }
    if field.kind in LOOKUPS:
        shown["lookup"] = {"module": {"api_name": field.about}, "display_label": quoted(field.name)}
    if field.kind == "subform":
        shown["subform"] = {"module": field.about}
    if field.kind == "formula":
        shown["formula"] = {"return_type": field.about, "expression": ""}
    return shown


def _json(document: str) -> Response:
    return Response(200, {"Content-Type": "application/json;charset=utf-8"}, document.encode())
