"""SQL that writes a row as text: a JSON object of its columns, or a CSV line. For ``spool``.

How a vendor writes its own types (decimals, lookups, addresses) stays with the vendor; each function takes and returns
SQL expressions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sources.simulators.http.state import text


def json_object(members: Iterable[tuple[str, str]]) -> str:
    """The JSON object of (name, SQL that yields the member's JSON) pairs."""
    parts = [f"{text(f'{json.dumps(name, ensure_ascii=False)}:')}, {value}" for name, value in members]
    return f"""concat('{{', {", ',', ".join(parts)}, '}}')""" if parts else "'{}'"


def json_plain(sql: str) -> str:
    """A number or a boolean as it stands, or null."""
    return f"coalesce(({sql})::varchar, 'null')"


def json_text(sql: str) -> str:
    """A JSON string, or null."""
    return f"coalesce(to_json(({sql})::varchar)::varchar, 'null')"


def json_moment(sql: str, form: str) -> str:
    """A date or timestamp as a JSON string in a form of strftime, or null."""
    quoted_form = text(f'"{form}"')
    return f"coalesce(strftime({sql}, {quoted_form}), 'null')"


def csv_text(sql: str) -> str:
    """A text between the quotes of a CSV cell."""
    # looking for a quote first is cheaper than replacing in every value
    return f"""case when contains({sql}, '"') then replace({sql}, '"', '""') else {sql} end"""


def csv_line(cells: Iterable[str], delimiter: str = ",", line_end: str = "\n") -> str:
    """The CSV line of these cells, every one quoted; null is ``""``."""
    between, closing = text(f'"{delimiter}"'), text('"' + line_end)
    return f"concat('\"', {f', {between}, '.join(cells)}, {closing})"
