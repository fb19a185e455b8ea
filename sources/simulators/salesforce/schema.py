"""The org's metadata: objects and fields as ``describe`` knows them, read from schema.yml.

How a field is kept in DuckDB follows from its Salesforce type here; how it is shown belongs to describe.py
and spool.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sources.simulators.http import quoted

FILE = Path(__file__).with_name("schema.yml")
NUMERIC = {"double", "currency", "percent"}
PLAIN_TEXT = {"id", "reference"}  # never holds a character that CSV or JSON must escape


@dataclass(frozen=True)
class Field:
    """One field. ``length`` counts characters; ``precision`` and ``scale`` are those of double, currency, percent.

    ``expression`` is the SQL of what a query computes; a field of a record is its column.
    """

    name: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    nillable: bool = True
    custom: bool = False
    calculated: bool = False
    deprecatedAndHidden: bool = False
    polymorphicForeignKey: bool = False
    compoundFieldName: str | None = None
    referenceTo: tuple[str, ...] = ()
    expression: str = ""

    @property
    def sql(self) -> str:
        """The SQL that yields its value."""
        return self.expression or quoted(self.name)

    @property
    def relationship(self) -> str:
        """What a query calls the parent that a reference leads to."""
        return self.name.removesuffix("__c") + "__r" if self.name.endswith("__c") else self.name.removesuffix("Id")

    @property
    def is_compound(self) -> bool:
        """Whether the field only gathers others: no column holds it, and the Bulk API refuses it."""
        return self.type in {"address", "location"}

    @property
    def filterable(self) -> bool:
        """Whether WHERE and ORDER BY accept it."""
        return not self.is_compound and not (self.type == "textarea" and self.length > 255)

    @property
    def sql_type(self) -> str:
        """The DuckDB type of its column."""
        if self.type in NUMERIC:
            return f"decimal({self.precision},{self.scale})"
        return {"boolean": "boolean", "int": "integer", "date": "date", "datetime": "timestamp"}.get(
            self.type, "varchar"
        )


@dataclass(frozen=True)
class SObject:
    """One object: its API name, the first three characters of its ids, its fields in describe order."""

    name: str
    key_prefix: str
    fields: tuple[Field, ...]
    replicateable: bool = True

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name.lower(): field for field in self.fields}

    def field(self, name: str) -> Field | None:
        """The field of that name in any case, or None."""
        return self._by_name.get(name.lower())

    def has(self, name: str) -> bool:
        """Whether the object has the field."""
        return self.field(name) is not None

    @property
    def columns(self) -> tuple[Field, ...]:
        """The fields that a table column holds."""
        return tuple(field for field in self.fields if not field.is_compound)

    def parts(self, compound: Field) -> tuple[Field, ...]:
        """The fields that ``compound`` gathers."""
        return tuple(field for field in self.columns if field.compoundFieldName == compound.name)


Schema = dict[str, SObject]


def _field(entry: dict[str, Any]) -> Field:
    return Field(**{**entry, "referenceTo": tuple(entry.get("referenceTo", ()))})


@cache
def load_schema(path: Path = FILE) -> Schema:
    """Return the objects of ``path`` by API name; read once a process, never to be changed in place."""
    document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return {
        name: SObject(name, entry["key_prefix"], tuple(map(_field, entry["fields"])), entry.get("replicateable", True))
        for name, entry in document.items()
    }


def custom_object(name: str, number: int, columns: dict[str, str]) -> SObject:
    """Describe a table that schema.yml does not know: a custom object; ``number`` tells its ids from others'."""
    standard = {"Id", "Name", "OwnerId", "IsDeleted", "CurrencyIsoCode", "CreatedDate", "CreatedById"}
    standard |= {"LastModifiedDate", "LastModifiedById", "SystemModstamp"}
    known = {field.name: field for field in load_schema()["Account"].fields if field.name in standard}
    fields = (known.get(column) or field_of_column(column, kind) for column, kind in columns.items())
    return SObject(name, f"a{number:02d}", tuple(fields))


def field_of_column(name: str, sql_type: str) -> Field:
    """Describe a table column that schema.yml does not know: a custom field an administrator has added."""
    kind = sql_type.upper()
    if kind.startswith("DECIMAL"):
        precision, scale = (int(part) for part in kind[8:-1].split(","))
        return Field(name, "double", precision=precision, scale=scale, custom=True)
    simple = {"BOOLEAN": "boolean", "INTEGER": "int", "DATE": "date", "TIMESTAMP": "datetime"}
    if kind in simple:
        return Field(name, simple[kind], digits=9 if kind == "INTEGER" else 0, custom=True)
    return Field(name, "string", length=255, custom=True)
