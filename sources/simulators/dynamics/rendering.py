"""A record as Dataverse writes it: SQL that yields one JSON object a row, each followed by a comma."""

from __future__ import annotations

from collections.abc import Sequence

from sources.simulators.dynamics.schema import Attribute
from sources.simulators.http import Request, quoted, text
from sources.simulators.http.rendering import json_moment, json_plain, json_text

LOOKUP_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"


def record_sql(attributes: Sequence[Attribute], request: Request) -> str:
    """Return the expression of one record with these attributes; annotations where the request prefers them."""
    prefer = request.headers.get("prefer", "")
    annotated = LOOKUP_NAME in prefer or '"*"' in prefer
    # by hand: an annotation is no member where the lookup is empty
    members = ["""'{"@odata.etag":"W/\\"' || versionnumber || '\\""'"""]
    for each in attributes:
        members += [text(f',"{each.property_name}":'), _value(each)]
        if annotated and each.is_lookup:
            members.append(_annotation(each))
    return f"concat({', '.join(members)}, '}},')"


def _annotation(attribute: Attribute) -> str:
    name, column = text(f',"{attribute.property_name}@{LOOKUP_NAME}":"'), quoted(attribute.name)
    kind = quoted(f"{attribute.name}_type") if attribute.is_polymorphic else text("".join(attribute.targets))
    return f"""case when {column} is not null and {kind} is not null then {name} || {kind} || '"' else '' end"""


def _value(attribute: Attribute) -> str:
    column = quoted(attribute.name)
    if attribute.type == "MultiSelectPicklist":
        return json_text(f"array_to_string({column}, ',')")
    if attribute.sql_type == "timestamp":
        return json_moment(column, "%Y-%m-%dT%H:%M:%SZ")
    return json_text(column) if attribute.sql_type in ("varchar", "date") else json_plain(column)
