"""The layout of fixed-width records in a mapping file: ``fields:`` and ``trailer:`` of a ``fixed`` format."""

from __future__ import annotations

from typing import Any

from sources.mapped.mapping import Field, Trailer
from sources.yaml_lines import YamlNode

_FIELD = ("name", "start", "width", "stored", "scale", "type", "format")
_STORED = ("text", "zoned", "packed", "binary")
_LONGEST = 1 << 20
_MOST_SCALE = 37
_WIDEST = {"packed": 19, "binary": 8, "zoned": 38}


def record_fields(node: YamlNode, given: dict[str, YamlNode], values: dict[str, Any]) -> tuple[Field, ...]:
    """Return the fields of a layout whose other options are ``values``; completes its ``offsets``.

    Raises ConfigError for fields that cannot be read.
    """
    length = values.get("record_length")
    if length:
        if values.get("is_trimmed"):
            raise given["trimmed"].error("'trimmed' is for lines: records of one length have all their blanks")
        if values.setdefault("offsets", "bytes") != "bytes":
            raise given["offsets"].error("records without line breaks are cut by bytes: leave out 'offsets'")
    if values.get("is_trimmed") and values.get("offsets") == "bytes":
        raise given["trimmed"].error("'trimmed' needs offsets in characters")
    fields: list[Field] = []
    for each in given["fields"].sequence("fields"):
        field = _field(each)
        if length and field.end > length:
            raise each.error(f"field '{field.name}' ends at byte {field.end}, its record at {length}")
        if not length and field.stored in ("packed", "binary"):
            raise each.error(f"a {field.stored} field may hold the byte of a line break: give the 'record_length'")
        if field.name.lower() in (known.name.lower() for known in fields):
            raise each.error(f"two fields are called '{field.name}'")
        fields.append(field)
    if not fields:
        raise given["fields"].error("fields is empty: name at least one")
    return tuple(fields)


def record_trailer(node: YamlNode) -> Trailer:
    """Return the trailer a node describes; raises ConfigError."""
    given = node.check_keys("trailer", "option", ("starts_with", "count"), ("starts_with",))
    starts_with = given["starts_with"].text("starts_with")
    if "count" not in given:
        return Trailer(starts_with)
    count = given["count"].check_keys("count", "option", ("start", "width", "of"), ("start", "width"))
    of = count["of"].choice("of", ("records", "all")) if "of" in count else "records"
    start = count["start"].integer("start", 1, _LONGEST)
    return Trailer(starts_with, start, count["width"].integer("width", 1, 18), of == "all")


def _field(node: YamlNode) -> Field:
    given = node.check_keys("a field", "option", _FIELD, ("name", "start", "width"))
    name = given["name"].text("name")
    stored = given["stored"].choice("stored", _STORED) if "stored" in given else "text"
    width = given["width"].integer("width", 1, _LONGEST)
    if width > _WIDEST.get(stored, width):
        raise given["width"].error(f"a {stored} field has at most {_WIDEST[stored]}, not {width}")
    scale = given["scale"].integer("scale", 0, _MOST_SCALE) if "scale" in given else 0
    return Field(name, given["start"].integer("start", 1, _LONGEST), width, stored, scale)
