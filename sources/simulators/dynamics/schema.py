"""The environment's metadata: tables and attributes as EntityDefinitions tells them, read from schema.yml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

FILE = Path(__file__).with_name("schema.yml")
LOOKUPS = ("Lookup", "Customer", "Owner")
_SQL_TYPES = {
    "Integer": "integer",
    "BigInt": "bigint",
    "Picklist": "integer",
    "State": "integer",
    "Status": "integer",
    "Boolean": "boolean",
    "Money": "decimal(23,4)",
    "Decimal": "decimal(23,10)",
    "Double": "double",
    "DateTime": "timestamp",
    "DateOnly": "date",
    "MultiSelectPicklist": "integer[]",
}


@dataclass(frozen=True)
class Attribute:
    """One attribute. ``type`` is Dataverse's, with DateOnly for a DateTime of that behaviour.

    A MultiSelectPicklist is one by its AttributeTypeName; its AttributeType is Virtual.
    """

    name: str
    type: str
    targets: tuple[str, ...] = ()
    is_custom: bool = False

    @property
    def is_lookup(self) -> bool:
        """Whether it points to a record."""
        return self.type in LOOKUPS

    @property
    def is_polymorphic(self) -> bool:
        """Whether the record it points to may be of several tables."""
        return len(self.targets) > 1

    @property
    def property_name(self) -> str:
        """What it is called in a record."""
        return f"_{self.name}_value" if self.is_lookup else self.name

    @property
    def sql_type(self) -> str:
        """The DuckDB type of its column."""
        return _SQL_TYPES.get(self.type, "varchar")


@dataclass(frozen=True)
class Table:
    """One table: logical name, entity set, primary id and name, attributes."""

    name: str
    set_name: str
    primary_id: str
    primary_name: str
    attributes: tuple[Attribute, ...]
    has_change_tracking: bool = True
    is_custom: bool = False
    type_code: int | None = None  # None: a custom table, whose code differs from environment to environment

    def of_property(self, name: str) -> Attribute | None:
        """The attribute whose property in a record has this name, or None."""
        return next((each for each in self.attributes if each.property_name == name), None)

    def columns(self) -> dict[str, str]:
        """Return column → DuckDB type of the table in a state."""
        columns = {}
        for each in self.attributes:
            columns[each.name] = each.sql_type
            if each.is_polymorphic:
                columns[f"{each.name}_type"] = "varchar"
        return columns


@cache
def load_schema(path: Path = FILE) -> dict[str, Table]:
    """Return the tables of ``path`` by logical name; read once a process, never to be changed in place."""
    document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    tables = {}
    for name, entry in document.items():
        attributes = [Attribute(entry["id"], "Uniqueidentifier"), Attribute("versionnumber", "BigInt")]
        for kind, names in entry["attributes"].items():
            attributes += [_attribute(kind, each) for each in names.split()]
        tracked = entry.get("change_tracking", True)
        keys = entry["set"], entry["id"], entry["name"]
        tables[name] = Table(name, *keys, tuple(attributes), tracked, type_code=entry["code"])
    return tables


def custom_table(name: str, columns: dict[str, str]) -> Table:
    """Describe a table that schema.yml does not know: one a maker has added, an activity if it has an activityid."""
    key = "activityid" if "activityid" in columns else f"{name}id"
    own = [Attribute(key, "Uniqueidentifier"), Attribute("versionnumber", "BigInt")]
    own += [attribute_of_column(column, kind) for column, kind in columns.items() if column not in (key, own[1].name)]
    return Table(name, f"{name}s", key, "new_name", tuple(own), is_custom=True)


def attribute_of_column(name: str, sql_type: str) -> Attribute:
    """Describe a column that schema.yml does not know: a custom attribute a maker has added."""
    kinds = {"INTEGER": "Integer", "BOOLEAN": "Boolean", "DATE": "DateOnly", "TIMESTAMP": "DateTime"}
    kinds["INTEGER[]"] = "MultiSelectPicklist"
    kind = "Decimal" if sql_type.upper().startswith("DECIMAL") else kinds.get(sql_type.upper(), "String")
    return Attribute(name, kind, is_custom=True)


def _attribute(kind: str, text: str) -> Attribute:
    name, _, targets = text.partition(":")
    return Attribute(name, kind, tuple(filter(None, targets.split(","))))
