"""A record as Dataverse writes it: SQL that yields one JSON object a row, each followed by a comma."""

from __future__ import annotations

from collections.abc import Sequence

from sources.simulators.dynamics.schema import Attribute, Table
from sources.simulators.http import Request, quoted, text

LOOKUP_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"


def record_sql(attributes: Sequence[Attribute], table: Table, request: Request) -> str:
    """Return the expression of one record with these attributes; annotations where the request prefers them."""
    annotated = LOOKUP_NAME in request.headers.get("prefer", "") or '"*"' in request.headers.get("prefer", "")
    members = ["""'{"@odata.etag":"W/\\"' || versionnumber || '\\""'"""]
    for each in attributes:
        members.append(f"{text(f',{_json_name(each.property_name)}:')}, {_value(each)}")
        if annotated and each.is_lookup:
            members.append(_annotation(each))
    return f"concat({', '.join(members)}, '}},')"


def _json_name(name: str) -> str:
    return '"' + name + '"'


def _annotation(attribute: Attribute) -> str:
    name = text(f',"{attribute.property_name}@{LOOKUP_NAME}":"')
    if attribute.is_polymorphic:
        kind = quoted(f"{attribute.name}_type")
        filled = f"{quoted(attribute.name)} is not null and {kind} is not null"
        return f"""case when {filled} then {name} || {kind} || '"' else '' end"""
    kind = text(attribute.targets[0] if attribute.targets else "")
    return f"""case when {quoted(attribute.name)} is not null then {name} || {kind} || '"' else '' end"""


def _value(attribute: Attribute) -> str:
    column = quoted(attribute.name)
    if attribute.sql_type in ("integer", "bigint", "boolean", "double"):
        return f"coalesce({column}::varchar, 'null')"
    if attribute.sql_type.startswith("decimal"):
        return f"coalesce({column}::varchar, 'null')"
    if attribute.sql_type == "timestamp":
        return f"coalesce(strftime({column}, '\"%Y-%m-%dT%H:%M:%SZ\"'), 'null')"
    return f"coalesce(to_json({column}::varchar)::varchar, 'null')"
