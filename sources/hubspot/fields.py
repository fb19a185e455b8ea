"""From HubSpot's properties to lake columns: which are read, the DuckDB type of each, and how its text is understood.

Every value comes as text; an empty text is a value that was cleared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sources.contract import Column
from sources.hubspot.objects import NUMBER, RECORD_COLUMNS
from sources.quoting import identifier

_TYPES = {"number": NUMBER, "bool": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMP"}
_TAKEN = {column.name.lower() for column in RECORD_COLUMNS}


@dataclass(frozen=True)
class Described:
    """What an account says about one object type.

    Attributes:
        columns: every column that is kept.
        properties: property → column, of every property asked for.
    """

    columns: tuple[Column, ...]
    properties: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def row(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record under its columns' names."""
        values = record.get("properties") or {}
        row = {column: values.get(name) for name, column in self.properties.items()}
        return row | {column.name: record.get(column.name) for column in RECORD_COLUMNS}


def described(properties: Iterable[Mapping[str, Any]], declared: Sequence[Column]) -> Described:
    """Return what the properties of one object type mean; ids that are declared as text stay text."""
    texts = {column.name for column in declared if column.type == "VARCHAR"}
    columns, names = list(RECORD_COLUMNS), {}
    for each in properties:
        name = each["name"]
        kept = f"{name}__property" if name.lower() in _TAKEN else name
        names[name] = kept
        columns.append(column_of(kept, "VARCHAR" if name in texts else _TYPES.get(each["type"], "VARCHAR")))
    return Described(tuple(columns), names)


def column_of(name: str, kind: str) -> Column:
    """Return a column whose dates and times may be ISO text or milliseconds since 1970."""
    raw = f"trim({identifier(name)})"
    milliseconds = f"epoch_ms(try_cast({raw} as bigint))"
    is_number = f"regexp_full_match({raw}, '-?[0-9]{{1,15}}')"
    if kind == "TIMESTAMP":
        moment = f"cast(try_cast({raw} as timestamptz) as timestamp)"
        return Column(name, kind, f"case when {is_number} then {milliseconds} else {moment} end")
    if kind == "DATE":
        day = f"coalesce(try_cast({raw} as date), cast(cast(try_cast({raw} as timestamptz) as timestamp) as date))"
        return Column(name, kind, f"case when {is_number} then cast({milliseconds} as date) else {day} end")
    return Column(name, kind)
