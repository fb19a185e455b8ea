"""From Zoho's field metadata to lake columns: the DuckDB type of each, and which of three ways can read it.

A lookup is kept under its own name as the id it holds: COQL and bulk read give nothing else, and names change without
a trace. Choices of a multi-select list and tags become one text, ``;`` between them. What else is nested stays JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sources.contract import Column

KEY, STAMP = "id", "Modified_Time"
# the token of a window in which the organization had the module; after one without it everything is due
SEEN = "seen"
_TYPES = {
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "long": "BIGINT",
    "double": "DECIMAL(38,10)",
    "decimal": "DECIMAL(38,10)",
    "currency": "DECIMAL(38,10)",
    "percent": "DECIMAL(38,10)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
# the API answers with lists of objects where the metadata says text
_ARRAYS = frozenset({"Tag", "Participants", "Product_Details", "Pricing_Details"})
_NESTED = frozenset({"subform", "multiselectlookup", "multiuserlookup", "fileupload", "imageupload"})
_QUERY_REFUSES = frozenset(
    {("Events", "Participants"), ("Calls", "CTI_Entry"), ("Cases", "Comments"), ("Solutions", "Comments")}
    | {("Price_Books", "Pricing_Details")}
)
_LONGEST_QUERIED_TEXT = 2_000


@dataclass(frozen=True)
class Described:
    """What an organization says about one module.

    Attributes:
        name: the API name.
        columns: every column that is kept, the key first.
        queried: columns that COQL selects.
        listed: columns that only the records API gives.
        in_bulk: columns that bulk read writes as the records API does.
    """

    name: str
    columns: tuple[Column, ...]
    queried: tuple[str, ...]
    listed: tuple[str, ...]
    in_bulk: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def keys(self) -> tuple[str, ...]:
        """What tells one version of a record from another."""
        return (KEY, STAMP) if STAMP in self.names else (KEY,)

    def without_query(self, name: str | None) -> Described:
        """Return the module as it is when COQL refuses a column of it, or with None all of it."""
        refused = {name} if name else set(self.queried)
        kept = tuple(each for each in self.queried if each not in refused)
        return replace(self, queried=kept, listed=tuple(each for each in self.names if each not in kept))


def described(module: str, fields: Iterable[Mapping[str, Any]], left_out: Iterable[str] = ()) -> Described:
    """Return what the metadata of one module means. ``left_out`` fields are read elsewhere."""
    columns, queried, listed, in_bulk = [Column(KEY, "VARCHAR")], [KEY], [], [KEY]
    skipped = {KEY, *left_out}
    for each in fields:
        name = str(each["api_name"])
        if name in skipped:
            continue
        skipped.add(name)
        kind = _kind(each)
        columns.append(Column(name, _TYPES.get(kind, "VARCHAR")))
        is_nested = kind in _NESTED or name in _ARRAYS
        if (kind in _NESTED or (module, name) in _QUERY_REFUSES) or _is_long_text(kind, each):
            listed.append(name)
        else:
            queried.append(name)
        if not is_nested and kind != "multiselectpicklist":
            in_bulk.append(name)
    return Described(module, tuple(columns), tuple(queried), tuple(listed), tuple(in_bulk))


def row(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record's values as they are kept, the change time in UTC."""
    return {name: _plain(name, value) for name, value in record.items()}


def parsed_moment(text: str) -> datetime:
    """Return a moment with an offset as naive UTC."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _kind(field: Mapping[str, Any]) -> str:
    """The data type of a field's values: of a formula what it returns."""
    kind = str(field.get("data_type"))
    if kind == "formula":
        return str((field.get("formula") or {}).get("return_type") or "text")
    return kind


def _is_long_text(kind: str, field: Mapping[str, Any]) -> bool:
    return kind == "textarea" and int(field.get("length") or 0) > _LONGEST_QUERIED_TEXT


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return value.get("id", value)
    if isinstance(value, list):
        if all(isinstance(each, str) for each in value):
            return ";".join(value) or None
        if name == "Tag":
            return ";".join(str(each.get("name")) for each in value)
    if name == STAMP and isinstance(value, str):
        # one spelling whichever way a record came, so that its versions can be compared
        return str(parsed_moment(value).replace(tzinfo=UTC))
    return value
