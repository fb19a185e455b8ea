"""A row of a result as Salesforce writes it: SQL that yields one CSV line or one JSON object a row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from sources.simulators.http import quoted, text
from sources.simulators.http.rendering import csv_line, csv_text, json_moment, json_object, json_plain, json_text
from sources.simulators.salesforce.schema import NUMERIC, PLAIN_TEXT, Field, SObject
from sources.simulators.salesforce.soql import Translated


def csv_sql(query: Translated, delimiter: str, line_end: str, *, whole_as_decimal: bool) -> str:
    """SQL that yields one CSV line a row: every value quoted, null as ``""``, as the Bulk API writes."""
    cells = (_csv_cell(field, whole_as_decimal) for field in query.fields)
    return f"select {csv_line(cells, delimiter, line_end)} {query.source}"


def csv_header(query: Translated, delimiter: str, line_end: str) -> bytes:
    """The header row, quoted like the others."""
    return (delimiter.join(f'"{field.name}"' for field in query.fields) + line_end).encode()


def json_sql(query: Translated, base: str) -> str:
    """SQL that yields one JSON object a row, each followed by a comma, as the REST API writes records."""
    if query.is_aggregate:
        members = [text('{"attributes":{"type":"AggregateResult"}')]
    else:
        url = f"{base}/sobjects/{query.sobject.name}/"
        opening = f'{{"attributes":{{"type":"{query.sobject.name}","url":"{url}'
        members = [f'{text(opening)}, "Id", \'"}}\'']
    members += (f"{text(f',{json.dumps(name)}:')}, {value}" for name, value in _members(query, query.fields, base, ""))
    return f"select concat({', '.join(members)}, '}},') {query.source}"


def _members(query: Translated, fields: Iterable[Field], base: str, path: str) -> Iterator[tuple[str, str]]:
    """The JSON members of fields under a path; those of one parent are gathered where its first one stands."""
    groups: dict[str, list[Field]] = {}
    for field in fields:
        groups.setdefault(field.name.removeprefix(path).partition(".")[0], []).append(field)
    for name, own in groups.items():
        parent = query.parents.get(path + name)
        if parent is None:
            yield name, _json_value(own[0], query.sobject)
            continue
        url = f"concat({text(f'{base}/sobjects/')}, {parent.kind}, '/', {parent.identifier})"
        attributes = json_object([("type", json_text(parent.kind)), ("url", json_text(url))])
        whole = json_object([("attributes", attributes), *_members(query, own, base, f"{path}{name}.")])
        yield name, f"case when {parent.identifier} is null then 'null' else {whole} end"


def _csv_cell(field: Field, whole_as_decimal: bool) -> str:
    column = field.sql
    if field.type in NUMERIC:
        return _decimal(field)
    if field.type == "int" and whole_as_decimal:
        return f"{column} || '.0'"
    if field.type == "datetime":
        return f"strftime({column}, '%Y-%m-%dT%H:%M:%S.%gZ')"
    if field.sql_type == "varchar" and field.type not in PLAIN_TEXT:
        return csv_text(column)
    return column


def _json_value(field: Field, sobject: SObject) -> str:
    column = field.sql
    if field.is_compound:
        return _json_compound(field, sobject)
    if field.type in NUMERIC:
        return json_plain(_decimal(field))
    if field.sql_type in ("boolean", "integer"):
        return json_plain(column)
    if field.type == "datetime":
        return json_moment(column, "%Y-%m-%dT%H:%M:%S.%g+0000")
    return json_text(column)


def _json_compound(field: Field, sobject: SObject) -> str:
    """An address as an object of its parts, or null when all are empty."""
    stem = field.name.removesuffix("Address")
    parts = sobject.parts(field)
    if not parts:
        return "'null'"
    members = ((_camel(part.name.removeprefix(stem)), _json_value(part, sobject)) for part in parts)
    filled = ", ".join(quoted(part.name) + "::varchar" for part in parts)
    return f"case when coalesce({filled}) is null then 'null' else {json_object(members)} end"


def _camel(name: str) -> str:
    return name[0].lower() + name[1:]


def _decimal(field: Field) -> str:
    """A number the way Salesforce prints doubles: ``100.0``, ``45.4``, exact to the field's scale."""
    column = field.sql
    if field.scale == 0:
        return f"{column} || '.0'"
    # whole amounts are common and cheaper as integers than as text with its zeros cut off
    whole, fraction = f"{column}::bigint", f"rtrim({column}::varchar, '0')"
    if field.precision == field.scale:  # DuckDB then prints nothing before the point, and JSON wants a digit there
        fraction = f"replace({fraction}, '.', '0.')"
    return f"case when {column} = {whole} then {whole} || '.0' else {fraction} end"
