"""The organization's metadata: modules and fields as Zoho describes them, read from schema.yml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

FILE = Path(__file__).with_name("schema.yml")
LOOKUPS = ("lookup", "userlookup", "ownerlookup")
ARRAYS = ("array", "multiselectpicklist", "multiselectlookup", "fileupload")
LARGEST_QUERYABLE_TEXT = 2_000
_SQL_TYPES = {
    "integer": "integer",
    "bigint": "bigint",
    "double": "decimal(23,9)",
    "percent": "decimal(9,4)",
    "currency": "decimal(23,4)",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamp",
}
_JSON_TYPES = {"integer": "integer", "bigint": "string", "double": "double", "percent": "double", "currency": "double"}
_JSON_TYPES |= {"boolean": "boolean", "subform": "jsonarray", "formula": "double"}
_JSON_TYPES |= dict.fromkeys(LOOKUPS, "jsonobject") | dict.fromkeys(ARRAYS, "jsonarray")
_LENGTHS = {"textarea": 32_000, "bigint": 18, "double": 16, "currency": 16}


@dataclass(frozen=True)
class Field:
    """One field. ``kind`` is Zoho's data_type, or ``array`` for one that says text and is an array.

    ``about`` is what a lookup points to (``*`` several modules), the module of a subform's lines, or the type that a
    formula returns.
    """

    name: str
    kind: str
    about: str = ""
    is_custom: bool = False

    @property
    def value_kind(self) -> str:
        """The kind of its values: of a formula what it returns."""
        return self.about if self.kind == "formula" else self.kind

    @property
    def sql_type(self) -> str | None:
        """The DuckDB type of its column; None for a subform, which has a table."""
        return None if self.kind == "subform" else _SQL_TYPES.get(self.value_kind, "varchar")

    @property
    def data_type(self) -> str:
        """Zoho's data_type."""
        return "text" if self.kind == "array" else self.kind

    @property
    def json_type(self) -> str:
        """Zoho's json_type."""
        return _JSON_TYPES.get(self.kind, "string")

    @property
    def length(self) -> int:
        """The longest value."""
        return _LENGTHS.get(self.kind, 255)

    @property
    def is_queryable(self) -> bool:
        """Whether COQL can select it."""
        long_text = self.kind == "textarea" and self.length > LARGEST_QUERYABLE_TEXT
        return not long_text and self.kind not in ("subform", "multiselectlookup", "fileupload")


@dataclass(frozen=True)
class Module:
    """One module: API name, the field that names a record, fields. ``type``: default, custom, subform, related, own."""

    name: str
    name_field: str
    fields: tuple[Field, ...]
    type: str = "default"

    @property
    def is_module(self) -> bool:
        """Whether it has records of its own, with an address each."""
        return self.type in ("default", "custom")

    def field(self, name: str) -> Field | None:
        """The field of this API name, or None."""
        return next((each for each in self.fields if each.name == name), None)

    def columns(self) -> dict[str, str]:
        """Return column → DuckDB type of the module's table in a state; ``_approved`` is no field."""
        columns = {each.name: each.sql_type for each in self.fields if each.sql_type}
        return columns | ({"_approved": "boolean"} if self.is_module else {})


@cache
def load_schema(path: Path = FILE) -> dict[str, Module]:
    """Return the modules of ``path`` by API name; read once a process, never to be changed in place."""
    document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return {name: _module(name, entry) for name, entry in document.items()}


def custom_module(name: str, columns: dict[str, str]) -> Module:
    """Describe a table that schema.yml does not know: a module an administrator has made."""
    fields = [*_common(is_owned=True, is_money=False)]
    known = {each.name for each in fields} | {"_approved"}
    fields += [field_of_column(column, kind) for column, kind in columns.items() if column not in known]
    return Module(name, "Name", tuple(fields), "custom")


def field_of_column(name: str, sql_type: str) -> Field:
    """Describe a column that schema.yml does not know: a custom field an administrator has added."""
    kinds = {"INTEGER": "integer", "BIGINT": "bigint", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "datetime"}
    kind = "double" if sql_type.upper().startswith("DECIMAL") else kinds.get(sql_type.upper(), "text")
    return Field(name, kind, is_custom=True)


def _module(name: str, entry: dict[str, object]) -> Module:
    kind = str(entry.get("type", "default"))
    fields = [*_common(is_owned=kind == "default", is_money=bool(entry.get("money")), is_stamped=kind != "own")]
    for data_type, names in dict(entry["fields"]).items():  # type: ignore[call-overload]
        for each in names.split():
            own, _, about = each.partition(":")
            fields.append(Field(own, data_type, about))
    return Module(name, str(entry["name"]), tuple(fields), kind)


def _common(*, is_owned: bool, is_money: bool, is_stamped: bool = True) -> list[Field]:
    fields = [Field("id", "id")]
    if is_stamped:
        fields += [Field("Created_Time", "datetime"), Field("Modified_Time", "datetime")]
        fields += [Field("Created_By", "userlookup", "Users"), Field("Modified_By", "userlookup", "Users")]
    if is_owned:
        fields += [Field("Owner", "ownerlookup", "Users"), Field("Tag", "array")]
    if is_money:
        fields += [Field("Currency", "picklist"), Field("Exchange_Rate", "double")]
    return fields
