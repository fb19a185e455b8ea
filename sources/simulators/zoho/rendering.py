"""A record as the JSON object of the records API or of COQL, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sources.simulators.http import quoted, text
from sources.simulators.http.rendering import json_moment, json_object, json_plain, json_text
from sources.simulators.zoho.schema import ARRAYS, LOOKUPS, Field, Module
from sources.simulators.zoho.state import OrganizationState

# the organization's time zone; every datetime of an answer carries it
OFFSET_MINUTES, OFFSET = 60, "+01:00"
_PLAIN = ("integer", "double", "percent", "currency", "boolean")


def record_sql(state: OrganizationState, fields: Sequence[Field], alias: str, *, names: bool = True) -> str:
    """The JSON object of a record. With ``names`` lookups carry the name of their record and subforms come along."""
    return json_object((each.name, value_sql(state, each, alias, names=names)) for each in fields)


def value_sql(state: OrganizationState, field: Field, alias: str, *, names: bool = True) -> str:
    """The JSON of one field of the row ``alias``."""
    column, kind = f"{alias}.{quoted(field.name)}", field.value_kind
    if kind == "subform":
        return _lines(state, state.schema[field.about], alias)
    if kind in LOOKUPS:
        return _lookup(state, field, column, names=names)
    if kind in ARRAYS:
        return f"coalesce({column}, {text('[]') if field.name == 'Tag' else text('null')})"
    if kind in _PLAIN:
        return json_plain(column)
    if kind == "date":
        return json_moment(column, "%Y-%m-%d")
    if kind == "datetime":
        return moment_sql(column)
    return json_text(column)


def moment_sql(column: str) -> str:
    """A UTC timestamp as a JSON string in the organization's zone."""
    return json_moment(f"({column} + interval {OFFSET_MINUTES} minute)", f"%Y-%m-%dT%H:%M:%S{OFFSET}")


def shown_moment(moment: datetime) -> str:
    """A naive UTC moment as text in the organization's zone."""
    return (moment + timedelta(minutes=OFFSET_MINUTES)).isoformat(timespec="seconds") + OFFSET


def _lookup(state: OrganizationState, field: Field, column: str, *, names: bool) -> str:
    members = [("id", json_text(column))]
    target = state.schema.get(field.about)
    if names and target is not None:
        name = f"(select max({quoted(target.name_field)}) from {state.table(target.name)} where id = {column})"
        members.insert(0, ("name", json_text(name)))
    return f"case when {column} is null then 'null' else {json_object(members)} end"


def _lines(state: OrganizationState, lines: Module, alias: str) -> str:
    line = record_sql(state, lines.fields, "line")
    return (
        f"(select '[' || coalesce(string_agg({line}, ',' order by line.id), '') || ']'"
        f' from {state.table(lines.name)} as line where line."Parent_Id" = {alias}.id)'
    )
