"""The ``format:`` section of a mapping file: how a feed's files are written."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

from sources.mapped.mapping import FileFormat
from sources.mapped.record_format import record_fields, record_trailer
from sources.yaml_lines import YamlNode

_LOCALE = ("decimal", "thousands", "date_format", "timestamp_format", "null_values")
_CSV = ("kind", "delimiter", "quote", "encoding", *_LOCALE, "skip_lines", "footer")
_EXCEL = ("kind", "sheet", "header_row", *_LOCALE)
_FIXED = (
    "kind", "fields", "encoding", *_LOCALE, "offsets", "record_length", "trimmed", "header_records", "trailer",
)  # fmt: skip
FORMATS = {
    "csv": _CSV,
    "excel": _EXCEL,
    "fixed": _FIXED,
    "dbf": ("kind", "encoding", "memos"),
    "access": ("kind", "table", "encoding"),
    "parquet": ("kind",),
}
_REQUIRED = {"fixed": ("fields",), "access": ("table",)}
#: These say their encoding themselves, unless the mapping file knows better.
_SAY_ENCODING = ("dbf", "access")
#: Where the attribute of FileFormat is a question, not the option's name.
_NAMES = {"trimmed": "is_trimmed", "memos": "has_memos"}


def file_format(node: YamlNode | None) -> FileFormat:
    """Return the format a node describes, plain CSV where there is none; raises ConfigError."""
    if node is None:
        return FileFormat()
    given = node.mapping("format")
    if "kind" not in given:
        raise node.error(f"format lacks 'kind'; valid: {', '.join(FORMATS)}")
    kind = given["kind"].choice("kind", FORMATS)
    node.check_keys(f"a {kind} format", "option", FORMATS[kind], _REQUIRED.get(kind, ()))
    values: dict[str, Any] = {"encoding": ""} if kind in _SAY_ENCODING else {}
    for name, each in given.items():
        if name not in ("kind", "fields"):
            values[_NAMES.get(name, name)] = _VALUES.get(name, YamlNode.text)(each, name)
    if values.get("decimal", ".") == values.get("thousands", ""):
        raise node.error("'decimal' and 'thousands' are the same character")
    if kind == "fixed":
        values["fields"] = record_fields(node, given, values)
    return FileFormat(kind, **values)


def _character(node: YamlNode, name: str) -> str:
    if len(node.raw) != 1:
        raise node.error(f"'{name}' must be one character, not '{node.raw}'")
    return node.raw


def _encoding(node: YamlNode, name: str) -> str:
    text = node.text(name)
    try:
        return codecs.lookup(text).name
    except LookupError:
        raise node.error(f"unknown encoding '{text}'; usual: utf-8, cp1252, latin-1, utf-16, cp037") from None


def _footer(node: YamlNode, name: str) -> tuple[str, ...]:
    beginnings = tuple(item.text("a line of the footer") for item in node.sequence(name))
    if not beginnings:
        raise node.error("footer is empty: name what its lines begin with")
    return beginnings


_VALUES: dict[str, Callable[[YamlNode, str], Any]] = {
    **dict.fromkeys(("delimiter", "quote", "decimal", "thousands"), _character),
    "encoding": _encoding,
    "footer": _footer,
    "null_values": lambda node, name: tuple(str(item.raw) for item in node.sequence(name)),
    "skip_lines": lambda node, name: node.integer(name, 0, 1000),
    "header_row": lambda node, name: node.integer(name, 1, 1000),
    "header_records": lambda node, name: node.integer(name, 0, 1000),
    "record_length": lambda node, name: node.integer(name, 1, 1 << 20),
    "trimmed": YamlNode.boolean,
    "memos": YamlNode.boolean,
    "offsets": lambda node, name: node.choice(name, ("characters", "bytes")),
    "trailer": lambda node, name: record_trailer(node),
}
