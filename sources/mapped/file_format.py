"""The ``format:`` section of a mapping file: how a feed's files are written."""

from __future__ import annotations

import codecs
from typing import Any

from sources.mapped.mapping import FileFormat
from sources.yaml_lines import YamlNode

_CSV = (
    "kind", "delimiter", "quote", "encoding", "decimal", "thousands", "date_format", "timestamp_format",
    "null_values", "skip_lines",
)  # fmt: skip
_EXCEL = ("kind", "sheet", "header_row", "decimal", "thousands", "date_format", "timestamp_format", "null_values")
FORMATS = {"csv": _CSV, "excel": _EXCEL, "parquet": ("kind",)}
_CHARACTERS = ("delimiter", "quote", "decimal", "thousands")


def file_format(node: YamlNode | None) -> FileFormat:
    """Return the format a node describes, plain CSV where there is none; raises ConfigError."""
    if node is None:
        return FileFormat()
    given = node.mapping("format")
    if "kind" not in given:
        raise node.error(f"format lacks 'kind'; valid: {', '.join(FORMATS)}")
    kind = given["kind"].choice("kind", FORMATS)
    node.check_keys(f"a {kind} format", "option", FORMATS[kind])
    values: dict[str, Any] = {name: _value(name, each) for name, each in given.items() if name != "kind"}
    if values.get("decimal", ".") == values.get("thousands", ""):
        raise node.error("'decimal' and 'thousands' are the same character")
    return FileFormat(kind, **values)


def _value(name: str, node: YamlNode) -> Any:
    if name == "null_values":
        return tuple(str(item.raw) for item in node.sequence(name))
    if name in ("skip_lines", "header_row"):
        return node.integer(name, 0 if name == "skip_lines" else 1, 1000)
    text = node.raw if name in _CHARACTERS else node.text(name)
    if name in _CHARACTERS and len(text) != 1:
        raise node.error(f"'{name}' must be one character, not '{text}'")
    if name == "encoding":
        try:
            return codecs.lookup(text).name
        except LookupError:
            raise node.error(f"unknown encoding '{text}'; usual: utf-8, cp1252, latin-1, utf-16") from None
    return text
