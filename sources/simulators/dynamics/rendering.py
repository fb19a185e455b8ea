"""A record as Dataverse writes it: SQL that yields one JSON object a row, each followed by a comma."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sources.simulators.dynamics.errors import bad_query, unknown_property
from sources.simulators.dynamics.formatted import formatted_sql
from sources.simulators.dynamics.navigation import ROW, property_of, related_sql, targets_of
from sources.simulators.dynamics.schema import Attribute, Table
from sources.simulators.dynamics.state import EnvironmentState
from sources.simulators.http import quoted, text
from sources.simulators.http.rendering import json_moment, json_plain, json_text

LOOKUP_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"
NAVIGATION = "Microsoft.Dynamics.CRM.associatednavigationproperty"
FORMATTED = "OData.Community.Display.V1.FormattedValue"
_EXPANDED = re.compile(r"\s*(\w+)\s*(?:\((.*)\))?\s*", re.DOTALL)


@dataclass(frozen=True)
class Writer:
    """Writes records with the annotations that a Prefer header asks for."""

    state: EnvironmentState
    prefer: str

    def record(self, table: Table, select: str, expand: str) -> str:
        """The expression of one record, of the row ``r``."""
        # by hand: an annotation is no member where the value is empty
        etag = f"""'{{"@odata.etag":"W/\\"' || {ROW}.versionnumber || '\\""'"""
        return f"concat({', '.join([etag, *self._members(table, select, expand, ROW)])}, '}},')"

    def _members(self, table: Table, select: str, expand: str, alias: str) -> list[str]:
        """The members of an object, a comma before each."""
        members = []
        for each in selected(select, table):
            members += [text(f',"{each.property_name}":'), _value(each, alias), *self._annotations(each, table, alias)]
        for part in _split(expand, ","):
            found = _EXPANDED.fullmatch(part)
            if found is None:
                raise bad_query(f"Syntax error in $expand at '{part}'.")
            members += [text(f',"{found[1]}":'), self._expanded(found[1], found[2] or "", table, alias)]
        return members

    def _expanded(self, name: str, given: str, table: Table, alias: str) -> str:
        """The object that a single-valued navigation property leads to, or null."""
        lookup, targets = targets_of(name, table)
        options = dict(each.strip().split("=", 1) for each in _split(given, ";") if "=" in each)
        if unknown := set(options) - {"$select", "$expand"}:
            raise bad_query(f"The query parameter {sorted(unknown)[0]} is not supported in $expand here.")

        def written(other: Table, joined: str) -> str:
            members = self._members(other, options.get("$select", ""), options.get("$expand", ""), joined)
            return f"'{{' || substr(concat({', '.join(members)}), 2) || '}}'"

        objects = [related_sql(self.state, lookup, target, alias, written) for target in targets]
        return f"coalesce({', '.join(objects)}, 'null')"

    def _annotations(self, attribute: Attribute, table: Table, alias: str) -> list[str]:
        column, shown = f"{alias}.{quoted(attribute.name)}", []
        if attribute.is_lookup:
            kind = f"{alias}.{quoted(attribute.name + '_type')}"
            kind = kind if attribute.is_polymorphic else text("".join(attribute.targets))
            named = " ".join(
                f"when {text(each)} then {text(property_of(attribute, each))}" for each in attribute.targets
            )
            shown += [(LOOKUP_NAME, kind), (NAVIGATION, f"case {kind} {named} end")]
        if self._wants(FORMATTED) and (formatted := formatted_sql(self.state, table, attribute, alias)):
            shown.append((FORMATTED, formatted))
        annotations = []
        for name, value in shown:
            if self._wants(name):
                member = text(f',"{attribute.property_name}@{name}":')
                there = f"{column} is not null and {value} is not null"
                annotations.append(f"case when {there} then {member} || to_json({value})::varchar else '' end")
        return annotations

    def _wants(self, annotation: str) -> bool:
        return annotation in self.prefer or '"*"' in self.prefer


def selected(select: str, table: Table) -> Sequence[Attribute]:
    """The attributes that ``$select`` names, all without one; the primary id always."""
    names = [name.strip() for name in select.split(",") if name.strip()]
    for name in names:
        if table.of_property(name) is None:
            raise unknown_property(name, table.name)
    return [each for each in table.attributes if not names or each.property_name in (*names, table.primary_id)]


def _split(options: str, separator: str) -> list[str]:
    """The parts of a list whose members may have lists of their own in parentheses."""
    parts, depth = [""], 0
    for character in options:
        depth += (character == "(") - (character == ")")
        if character == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part.strip()]


def _value(attribute: Attribute, alias: str) -> str:
    column = f"{alias}.{quoted(attribute.name)}"
    if attribute.type == "MultiSelectPicklist":
        return json_text(f"array_to_string({column}, ',')")
    if attribute.sql_type == "timestamp":
        return json_moment(column, "%Y-%m-%dT%H:%M:%SZ")
    return json_text(column) if attribute.sql_type in ("varchar", "date") else json_plain(column)
