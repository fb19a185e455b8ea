"""What a query selects: names as fields, FIELDS() as all of a kind, aggregates as fields of one row."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace

from sources.simulators.salesforce.errors import ApiError, malformed
from sources.simulators.salesforce.schema import NUMERIC, Field, SObject
from sources.simulators.salesforce.soql_names import Names
from sources.simulators.salesforce.soql_parser import AGGREGATES
from sources.simulators.salesforce.soql_tree import Query

MOST_WITHOUT_BOUND = 200


def selected_fields(query: Query, names: Names) -> tuple[Field, ...]:
    """Return the selected fields in order. Raises ApiError where they are none, twice there, or do not go together."""
    functions = {each.function for each in query.selected}
    if query.is_simulated and functions & AGGREGATES:
        _check_aggregates(query)
    numbers = itertools.count()
    fields: list[Field] = []
    for each in query.selected:
        if each.function == "fields":
            fields += _all_of_a_kind(each.name.lower(), query, names.sobject)
        elif each.function:
            alias = each.alias or f"expr{next(numbers)}"
            fields.append(_aggregated(each.function, names.field(each.name), alias))
        else:
            fields.append(names.field(each.name))
    shown = [field.name for field in fields]
    if duplicates := {name for name in shown if shown.count(name) > 1}:
        words = f"duplicate field selected: {min(duplicates)}"
        raise ApiError(400, "INVALID_FIELD", words) if "fields" in functions else malformed(words)
    return tuple(fields)


def _check_aggregates(query: Query) -> None:
    """Refuse what does not go with aggregates of all rows."""
    if single := [each.name for each in query.selected if each.function not in AGGREGATES]:
        raise malformed(f"Field must be grouped or aggregated: {single[0]}")
    if query.order:
        raise malformed(f"Ordered field must be grouped or aggregated: {query.order[0].field}")
    if query.limit is not None:
        raise malformed("Non-grouped query that uses overall aggregate functions cannot also use LIMIT")


def _all_of_a_kind(kind: str, query: Query, sobject: SObject) -> Iterable[Field]:
    """The fields of FIELDS(ALL), FIELDS(STANDARD) or FIELDS(CUSTOM); how many custom ones there are has no bound."""
    if kind not in ("all", "standard", "custom"):
        raise malformed(f"unexpected token: '{kind}'")
    if kind != "standard" and (query.limit is None or query.limit > MOST_WITHOUT_BOUND):
        raise malformed(f"The SOQL FIELDS function must have a LIMIT of at most {MOST_WITHOUT_BOUND}")
    return [field for field in sobject.fields if kind == "all" or field.custom == (kind == "custom")]


def _aggregated(function: str, field: Field, alias: str) -> Field:
    """The aggregate of a column as a field: counts are whole, averages exact to six places, the rest of its type."""
    sums = function in ("sum", "avg")
    if not field.filterable or field.type == "boolean" or (sums and field.type not in NUMERIC | {"int"}):
        raise malformed(f"field {field.name} does not support aggregate operator {function.upper()}")
    if function in ("count", "count_distinct"):
        distinct = "distinct " if function == "count_distinct" else ""
        return Field(alias, "int", expression=f"count({distinct}{field.sql})")
    if function == "avg":
        expression = f"avg({field.sql})::decimal(38, 6)"
        return Field(alias, "double", precision=38, scale=6, expression=expression)
    return replace(field, name=alias, expression=f"{function}({field.sql})")
