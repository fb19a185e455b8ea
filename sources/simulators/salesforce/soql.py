"""A parsed SOQL query to DuckDB SQL: names resolved in canonical case, values checked against field types.

Comparisons keep SOQL's meaning where it differs from SQL: text compares without case, nulls sort first, ``!=`` and
NOT IN match nulls, 15-character ids equal their 18-character form, and deleted or archived rows show on request only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sources.simulators.http import quoted, text
from sources.simulators.salesforce.errors import ApiError, malformed
from sources.simulators.salesforce.ids import long_id
from sources.simulators.salesforce.schema import NUMERIC, Field, SObject
from sources.simulators.salesforce.soql_fields import selected_fields
from sources.simulators.salesforce.soql_names import ROW, Names, Parent, SObjectOf
from sources.simulators.salesforce.soql_parser import AGGREGATES, parse
from sources.simulators.salesforce.soql_tree import Comparison, Condition, Literal, Query
from sources.simulators.salesforce.state import OrgState

EXPECTED_KIND = {"boolean": "boolean", "date": "date", "datetime": "datetime", "int": "number"}
TYPE_WORDS = {"datetime": "dateTime", "int": "int", "boolean": "boolean", "date": "date"}


@dataclass(frozen=True)
class Translated:
    """A query ready to run.

    Attributes:
        fields: selected fields in order, compound ones included; empty for COUNT().
        parents: path → the record there, for the paths in the names of fields.
        source: SQL from FROM to the end: filter, order, limit, offset.
        is_count: whether COUNT() was selected.
        is_aggregate: whether the only row is one of aggregates.
        aggregate: what the query uses beyond rows (COUNT() included), or None; ``is_simulated`` unless it cannot be.
    """

    sobject: SObject
    fields: tuple[Field, ...]
    parents: dict[str, Parent]
    source: str
    is_count: bool
    is_aggregate: bool
    aggregate: str | None
    is_simulated: bool
    has_offset: bool


def translate(soql: str, sobject_of: SObjectOf, state: OrgState, *, include_deleted: bool) -> Translated:
    """Parse and resolve ``soql``. Raises ApiError MALFORMED_QUERY, INVALID_TYPE, INVALID_FIELD, …"""
    query = parse(soql)
    sobject = sobject_of(query.sobject)
    if sobject is None:
        raise ApiError(
            400,
            "INVALID_TYPE",
            f"sObject type '{query.sobject}' is not supported. If you are attempting to use a custom object, be sure to"
            " append the '__c' after the entity name. Please reference your WSDL or the describe call for the"
            " appropriate names.",
        )
    names = Names(sobject, sobject_of, state)
    fields = selected_fields(query, names)
    source = f"from {state.table(sobject.name)} as {ROW}{_where(query, names, include_deleted)}{_tail(query, names)}"
    return Translated(
        sobject,
        fields,
        names.parents(fields),
        source,
        is_count=query.aggregate == "COUNT()",
        is_aggregate=any(each.function in AGGREGATES for each in query.selected),
        aggregate=query.aggregate,
        is_simulated=query.is_simulated,
        has_offset=query.offset is not None,
    )


def _where(query: Query, names: Names, include_deleted: bool) -> str:
    conditions = [] if query.where is None else [_condition(query.where, names)]
    if not include_deleted:
        conditions += [
            f"not coalesce({quoted(flag)}, false)"
            for flag in ("IsDeleted", "IsArchived")
            if _hides(names.sobject, flag)
        ]
    return f" where {' and '.join(conditions)}" if conditions else ""


def _hides(sobject: SObject, flag: str) -> bool:
    """IsArchived hides activities only; on a product it is an ordinary field."""
    return sobject.has(flag) and (flag == "IsDeleted" or sobject.name in {"Task", "Event"})


def _tail(query: Query, names: Names) -> str:
    keys = []
    for order in query.order:
        field = _filterable(names.field(order.field), "sorted")
        column = field.sql
        key = f"lower({column})" if _folds_case(field) else column
        direction = "desc" if order.descending else "asc"
        keys.append(f"{key} {direction} nulls {'last' if order.nulls_last else 'first'}")
    return (
        (f" order by {', '.join(keys)}" if keys else "")
        + (f" limit {query.limit}" if query.limit is not None else "")
        + (f" offset {query.offset}" if query.offset is not None else "")
    )


def _filterable(field: Field, verb: str) -> Field:
    if not field.filterable:
        raise ApiError(400, "INVALID_FIELD", f"field '{field.name}' can not be {verb} in a query call")
    return field


def _folds_case(field: Field) -> bool:
    return field.sql_type == "varchar" and field.type not in {"id", "reference"}


def _condition(condition: Condition, names: Names) -> str:
    if isinstance(condition, Comparison):
        return _comparison(condition, _filterable(names.field(condition.field), "filtered"))
    parts = [_condition(part, names) for part in condition.conditions]
    if condition.operator == "not":
        return f"(not coalesce({parts[0]}, false))"
    return "(" + f" {condition.operator} ".join(parts) + ")"


def _comparison(comparison: Comparison, field: Field) -> str:
    column, operator = field.sql, comparison.operator
    if operator in ("in", "not in"):
        return _membership(comparison, field)
    (literal,) = comparison.values
    if literal.kind == "null" or (literal.kind == "string" and literal.value == "" and operator in ("=", "!=")):
        if operator not in ("=", "!="):
            raise _wrong_operator(field, operator)
        return f"({column} is {'not ' if operator == '!=' else ''}null)"
    if operator == "like":
        if not _folds_case(field):
            raise _wrong_operator(field, operator)
        return f"({column} ilike {_value(literal, field)} escape '\\')"
    if field.type == "boolean" and operator not in ("=", "!="):
        raise _wrong_operator(field, operator)
    left, right = _pair(column, literal, field)
    return f"({left} {'is distinct from' if operator == '!=' else operator} {right})"


def _membership(comparison: Comparison, field: Field) -> str:
    column = field.sql
    pairs = [_pair(column, literal, field) for literal in comparison.values if literal.kind != "null"]
    left = pairs[0][0] if pairs else column
    members = f"{left} in ({', '.join(right for _, right in pairs)})" if pairs else "false"
    if len(pairs) < len(comparison.values):
        members = f"({members} or {column} is null)"
    return f"coalesce({members}, false)" if comparison.operator == "in" else f"(not coalesce({members}, false))"


def _pair(column: str, literal: Literal, field: Field) -> tuple[str, str]:
    value = _value(literal, field)
    return (f"lower({column})", f"lower({value})") if _folds_case(field) else (column, value)


def _value(literal: Literal, field: Field) -> str:
    """The literal as SQL. Raises ApiError INVALID_FIELD when its kind does not fit the field's type."""
    expected = "number" if field.type in NUMERIC else EXPECTED_KIND.get(field.type, "string")
    if literal.kind != expected:
        quotes = "should not" if expected != "string" else "should"
        raise ApiError(
            400,
            "INVALID_FIELD",
            f"value of filter criterion for field '{field.name}' must be of type"
            f" {TYPE_WORDS.get(field.type, 'double' if expected == 'number' else 'string')}"
            f" and {quotes} be enclosed in quotes",
        )
    if expected == "string":
        return text(long_id(literal.value) if field.type in ("id", "reference") else literal.value)
    if expected in ("date", "datetime"):
        return _moment(literal)
    return literal.value


def _moment(literal: Literal) -> str:
    try:
        moment = datetime.fromisoformat(literal.value)
    except ValueError as error:
        raise malformed(f"line 1: invalid date: {literal.value}") from error
    if literal.kind == "date":
        return f"date '{moment:%Y-%m-%d}'"
    return f"timestamp '{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}'"


def _wrong_operator(field: Field, operator: str) -> ApiError:
    return ApiError(
        400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on {field.type} field: {field.name} {operator}"
    )
