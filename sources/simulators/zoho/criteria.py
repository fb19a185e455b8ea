"""The criteria of a bulk read job as an SQL condition over its module's columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sources.simulators.http import quoted, text
from sources.simulators.zoho.errors import ApiError, invalid_data
from sources.simulators.zoho.schema import ARRAYS, Field, Module

_COMPARED = {"equal": "=", "not_equal": "<>"}
_COMPARED |= {"greater_equal": ">=", "greater_than": ">", "less_equal": "<=", "less_than": "<"}
_LISTED = {"in": "in", "not_in": "not in"}
_RANGED = {"between": "between", "not_between": "not between"}
_OF_TEXT = {"contains": "contains", "starts_with": "starts_with", "ends_with": "ends_with"}
_OF_TEXT |= {"not_contains": "not contains"}
_MOST_CRITERIA = 25


def criteria_sql(criteria: Any, module: Module) -> str:
    """Return the condition of one criterion or of a group. Raises ApiError for what a job does not take."""
    if not criteria:
        return "true"
    if _count(criteria) > _MOST_CRITERIA:
        raise ApiError(400, "CRITERIA_LIMIT_EXCEEDED", "criteria limit exceeded", {"max_limit": _MOST_CRITERIA})
    return _joined(criteria, module)


def _count(criteria: Any) -> int:
    return sum(map(_count, criteria["group"])) if "group" in criteria else 1


def _joined(criteria: Any, module: Module) -> str:
    if "group" not in criteria:
        return _compared(criteria, module)
    operator = str(criteria.get("group_operator", "and")).lower()
    if operator not in ("and", "or"):
        details = {"supported": ["and", "or"]}
        raise ApiError(400, "GROUP_OPERATOR_NOT_SUPPORTED", "the group operator is not supported", details)
    return f"({f' {operator} '.join(_joined(each, module) for each in criteria['group'])})"


def _compared(criterion: Any, module: Module) -> str:
    name, comparator, value = criterion["field"]["api_name"], criterion["comparator"], criterion["value"]
    field = module.field(name)
    if field is None:
        raise invalid_data("the criteria is invalid", api_name=name)
    if field.kind in ("subform", *ARRAYS):
        words = "the field is not supported in criteria"
        raise ApiError(400, "FIELD_IN_CRITERIA_NOT_SUPPORTED", words, {"api_name": name})
    column = quoted(name)
    if comparator in _COMPARED:
        return f"{column} {_COMPARED[comparator]} {_literal(value, field)}"
    if comparator in _OF_TEXT and field.sql_type == "varchar":
        return f"{_OF_TEXT[comparator]}({column}, {_literal(value, field)})"
    if comparator in _LISTED:
        return f"{column} {_LISTED[comparator]} ({', '.join(_literal(each, field) for each in value)})"
    if comparator in _RANGED and len(value) == 2:
        low, high = (_literal(each, field) for each in value)
        return f"{column} {_RANGED[comparator]} {low} and {high}"
    details = {"api_name": name, "comparator": comparator}
    words = "the comparator is not supported for the field"
    raise ApiError(400, "FIELD_COMPARATOR_IN_CRITERIA_NOT_SUPPORTED", words, details)


def _literal(value: Any, field: Field) -> str:
    if field.value_kind != "datetime":
        return text(str(value))
    try:
        moment = datetime.fromisoformat(str(value)).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        raise invalid_data("the criteria is invalid", api_name=field.name) from None
    return f"timestamp '{moment}'"
