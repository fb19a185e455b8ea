"""The types that a mapping file gives: those of ``columns:``, and those of the fields of fixed-width records."""

from __future__ import annotations

from sources.mapped import expressions
from sources.mapped.mapping import Field, FileFormat, TypedColumn
from sources.yaml_lines import YamlNode

_MOST_DIGITS = 38
_WITH_PLACES = ("decimal", "numeric", "double", "float", "real")


def declared_columns(
    node: YamlNode | None, written: FileFormat, format_node: YamlNode | None
) -> dict[str, TypedColumn]:
    """Return the declared columns by name; each is a type, or a type with the format its text is in.

    Raises ConfigError, also for a column that is declared in both places.
    """
    declared = {}
    if format_node and written.fields:
        nodes = format_node.mapping("format")["fields"].sequence("fields")
        declared = {field.name: _field(field, each) for field, each in zip(written.fields, nodes, strict=True)}
        declared = {name: each for name, each in declared.items() if each.type != "varchar"}
    for name, each in node.mapping("columns").items() if node else ():
        if written.field(name):
            raise each.error(f"column '{name}' is a field of the layout: give its type there")
        declared[name] = _column(f"column '{name}'", each)
    return declared


def _column(what: str, node: YamlNode) -> TypedColumn:
    if not isinstance(node.value, dict):
        return TypedColumn(expressions.check_type(node, f"type of {what}"), None, node)
    given = node.check_keys(what, "option", ("type", "format"), ("type",))
    kind = expressions.check_type(given["type"], f"type of {what}")
    if "format" in given and kind.lower() not in ("date", "timestamp"):
        raise given["format"].error(f"'format' is for date and timestamp columns, not {kind}")
    return TypedColumn(kind, given["format"].text("format") if "format" in given else None, node)


def _field(field: Field, node: YamlNode) -> TypedColumn:
    """Return the type of a field: the given one, else the smallest that holds its digits, else text."""
    given = {name: each for name, each in node.mapping("field").items() if name in ("type", "format")}
    if "type" in given or "format" in given:
        column = _column(f"field '{field.name}'", YamlNode(node.path, node.line, given))
        if field.scale and not column.type.lower().startswith(_WITH_PLACES):
            raise node.error(f"field '{field.name}' has a scale, and {column.type} has no places for it")
        return column
    if field.stored == "text" and not field.scale:
        return TypedColumn("varchar", None, node)
    digits = {"packed": 2 * field.width - 1, "binary": 19}.get(field.stored, field.width)
    return TypedColumn(f"decimal({min(_MOST_DIGITS, max(digits, field.scale))},{field.scale})", None, node)
