"""The account's object types and their properties, read from schema.yml, and what the state adds to them."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

FILE = Path(__file__).with_name("schema.yml")
RECORD = {
    "_id": "varchar",
    "_created_at": "timestamp",
    "_updated_at": "timestamp",
    "_archived": "boolean",
    "_archived_at": "timestamp",
}
_FIELD_TYPES = {
    "string": "text",
    "number": "number",
    "date": "date",
    "datetime": "date",
    "enumeration": "select",
    "bool": "booleancheckbox",
}


@dataclass(frozen=True)
class ObjectType:
    """One object type: its plural name, objectTypeId, the properties of its stamps, property → type."""

    name: str
    type_id: str
    modified: str
    created: str
    properties: dict[str, str]

    def with_properties(self, properties: dict[str, str]) -> ObjectType:
        """Return the type with exactly these properties."""
        return replace(self, properties=properties)

    def columns(self) -> dict[str, str]:
        """Return column → DuckDB type of its table in a state."""
        return RECORD | dict.fromkeys(self.properties, "varchar")

    def definitions(self, unique: Container[str]) -> list[dict[str, object]]:
        """Return the properties as the properties API tells them; ``unique`` are those with unique values."""
        return [
            {
                "name": name,
                "label": name.replace("_", " ").capitalize(),
                "type": kind,
                "fieldType": _FIELD_TYPES.get(kind, "text"),
                "groupName": f"{self.name}information",
                "options": [],
                "calculated": False,
                "externalOptions": False,
                "hasUniqueValue": name == "hs_object_id" or name in unique,
                "hidden": False,
                "formField": False,
                "archived": False,
            }
            for name, kind in self.properties.items()
        ]


@cache
def load_schema(path: Path = FILE) -> dict[str, ObjectType]:
    """Return the object types of ``path`` by name; read once a process, never to be changed in place."""
    document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return {name: _object_type(name, entry) for name, entry in document.items()}


def custom_type(name: str, type_id: str, properties: dict[str, str]) -> ObjectType:
    """Return a custom object type, ``p<account>_<name>`` in its paths."""
    return _with_stamps(ObjectType(name, type_id, "hs_lastmodifieddate", "hs_createdate", properties))


def _object_type(name: str, entry: dict[str, object]) -> ObjectType:
    kinds = entry["properties"]
    assert isinstance(kinds, dict)
    properties = {each: kind for kind, names in kinds.items() for each in names.split()}
    return _with_stamps(ObjectType(name, str(entry["id"]), str(entry["modified"]), str(entry["created"]), properties))


def _with_stamps(found: ObjectType) -> ObjectType:
    stamps = {"hs_object_id": "number", found.created: "datetime", found.modified: "datetime"}
    return found.with_properties(found.properties | stamps)
