"""From Dataverse's metadata to lake columns: which attributes are read and the DuckDB type each is kept as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sources.contract import Column

LOOKUP_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"
_LOOKUPS = frozenset({"Lookup", "Customer", "Owner"})
# virtual attributes are labels and files, and choices of several; a party list is the table activityparty
_LEFT_OUT = frozenset({"Virtual", "ManagedProperty", "CalendarRules", "PartyList"})
_SEVERAL = {"Value": "MultiSelectPicklistType"}
_TYPES = {
    "Integer": "INTEGER",
    "BigInt": "BIGINT",
    "Decimal": "DECIMAL(38,10)",
    "Money": "DECIMAL(38,10)",
    "Double": "DOUBLE",
    "Boolean": "BOOLEAN",
    "Picklist": "INTEGER",
    "State": "INTEGER",
    "Status": "INTEGER",
    "DateTime": "TIMESTAMP",
}


@dataclass(frozen=True)
class Described:
    """What an environment says about one table.

    Attributes:
        set_name: the entity set, which is the path of its records.
        key: the attribute that identifies a record.
        is_tracked: whether it keeps changes.
        columns: every column that is kept.
        selected: the properties asked for, in ``$select``'s words.
        ids: those of them that are GUIDs.
        typed_lookups: property → column that keeps the table it points to.
    """

    set_name: str
    key: str
    is_tracked: bool
    columns: tuple[Column, ...]
    selected: tuple[str, ...]
    ids: tuple[str, ...]
    typed_lookups: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def row(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record under its columns' names, GUIDs in lower case: they are the same in any."""
        row = dict(record)
        row |= {name: value.lower() for name in self.ids if (value := record.get(name))}
        for name, column in self.typed_lookups.items():
            row[column] = record.get(f"{name}@{LOOKUP_NAME}")
        return row


def described(
    definition: Mapping[str, Any],
    attributes: Iterable[Mapping[str, Any]],
    behaviors: Mapping[str, str],
    declared: Iterable[Column],
) -> Described:
    """Return what the metadata answers of one table mean.

    Args:
        behaviors: DateTime attribute → its behaviour (UserLocal, DateOnly, TimeZoneIndependent).
        declared: a lookup among these has a column for the table it points to.
    """
    wanted = {column.name for column in declared}
    columns, selected, ids, typed = list[Column](), list[str](), list[str](), dict[str, str]()
    for each in attributes:
        kind, name = each["AttributeType"], each["LogicalName"]
        is_left_out = kind in _LEFT_OUT and each.get("AttributeTypeName") != _SEVERAL
        if is_left_out or not each.get("IsValidForRead", True) or each.get("AttributeOf"):
            continue
        is_lookup = kind in _LOOKUPS
        shown = f"_{name}_value" if is_lookup else name
        is_day = kind == "DateTime" and behaviors.get(name) == "DateOnly"
        columns.append(Column(shown, "DATE" if is_day else _TYPES.get(kind, "VARCHAR")))
        selected.append(shown)
        if is_lookup or kind == "Uniqueidentifier":
            ids.append(shown)
        if is_lookup and (kind != "Lookup" or f"_{name}_type" in wanted):
            typed[shown] = f"_{name}_type"
            columns.append(Column(f"_{name}_type", "VARCHAR"))
    tracked = bool(definition.get("ChangeTrackingEnabled"))
    named = (definition["EntitySetName"], definition["PrimaryIdAttribute"])
    return Described(*named, tracked, tuple(columns), tuple(selected), tuple(ids), typed)
