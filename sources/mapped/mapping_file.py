"""Reads and checks a mapping file; every mistake is a ConfigError with its line and the nearest valid word.

The reference of the file is README.md beside this module. Nothing here touches the source.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sources.config import Secret
from sources.databases.connection import Connection
from sources.mapped import expressions
from sources.mapped.declared_columns import declared_columns
from sources.mapped.entities import entities
from sources.mapped.expressions import Expression
from sources.mapped.file_format import file_format
from sources.mapped.mapping import (
    CanonicalColumn,
    EntityMapping,
    Mapping,
    TableMapping,
)
from sources.yaml_lines import YamlNode, load_yaml, nearest

_SERVER = ("kind", "host", "port", "database", "user", "password", "time_zone")
CONNECTIONS = {
    "postgres": ((*_SERVER, "schema", "sslmode"), ("host", "database", "user")),
    "mysql": ((*_SERVER, "double_encoded"), ("host", "database", "user")),
    "sqlite": (("kind", "path", "time_zone"), ("path",)),
    "files": (("kind", "folder", "time_zone", "settle_seconds", "done_suffix"), ("folder",)),
}
_TABLE = ("key", "cursor", "deleted_when", "merged_into", "lag", "lookback", "columns", "shrink_limit", "entities")
_OF_DATABASE = ("table", "query", "sweep")
_OF_FILES = ("files", "members", "parts", "format", "mode")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SECRET_SETTING = re.compile(r"\$\{\w+\}")


def load_mapping(path: Path) -> Mapping:
    """Return what a mapping file says. Raises ConfigError ``file:line: what is wrong``."""
    root = load_yaml(path)
    top = root.check_keys("the mapping file", "option", ("connection", "clock", "tables"), ("connection", "tables"))
    connection = _connection(top["connection"])
    tables = top["tables"].mapping("tables")
    if not tables:
        raise top["tables"].error("tables is empty: name at least one")
    loaded = tuple(_table(name, node, connection) for name, node in tables.items())
    _check_ids_apart(loaded)
    clock = expressions.check_query(top["clock"], "clock") if "clock" in top else None
    return Mapping(path, connection, clock, loaded)


def _connection(node: YamlNode) -> Connection:
    given = node.mapping("connection")
    if "kind" not in given:
        raise node.error(f"connection lacks 'kind'; valid: {', '.join(CONNECTIONS)}")
    kind = given["kind"].choice("kind", CONNECTIONS)
    valid, required = CONNECTIONS[kind]
    node.check_keys(f"a {kind} connection", "option", valid, required)
    settings = {
        key: _setting(key, each) for key, each in given.items() if key not in ("kind", "time_zone", "double_encoded")
    }
    zone = given["time_zone"].text("time_zone") if "time_zone" in given else "UTC"
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise given["time_zone"].error(f"unknown time zone '{zone}'; names look like Europe/Berlin") from None
    is_double_encoded = "double_encoded" in given and given["double_encoded"].boolean("double_encoded")
    return Connection(kind, settings, zone, node.path, node.line, is_double_encoded)


def _setting(key: str, node: YamlNode) -> str | Secret:
    text = node.text(key)
    if _SECRET_SETTING.search(text):
        return Secret(text, node.path, node.line)
    if key == "password":
        raise node.error("'password' is a secret and must not stand in the file; write \"${NAME}\" and set NAME")
    if key == "port":
        node.integer("port", 1, 65535)
    if key == "settle_seconds":
        node.integer("settle_seconds", 0, 3600)
    return text


def _table(name: str, node: YamlNode, connection: Connection) -> TableMapping:
    """Return one table of the mapping file."""
    if not _NAME.fullmatch(name):
        raise node.error(f"table name '{name}' must be lower-case words joined with single underscores")
    is_files = connection.kind == "files"
    valid = (*_TABLE, *(_OF_FILES if is_files else _OF_DATABASE))
    given = node.check_keys(f"table '{name}'", "option", valid, ("key", "files") if is_files else ("key",))
    if "table" in given and "query" in given:
        raise given["query"].error(f"table '{name}' has both 'table' and 'query'; keep one")
    key = _columns_of(given["key"], "key")
    cursor = expressions.column(given["cursor"], "cursor") if "cursor" in given else None
    if "sweep" in given and not cursor:
        raise given["sweep"].error("'sweep' is for tables with a 'cursor': without one every key is read anyway")
    query = expressions.check_query(given["query"], "query") if "query" in given else None
    mode = given["mode"].choice("mode", ("delta", "snapshot")) if "mode" in given else "delta"
    if "parts" in given and mode != "snapshot":
        raise given["parts"].error("'parts' is for snapshots: files of a delta are read one by one anyway")
    written = file_format(given.get("format"))
    return TableMapping(
        name, node, key,
        table=None if query or is_files else given["table"].text("table") if "table" in given else name,
        query=query,
        files=given["files"].text("files") if is_files else None,
        format=written,
        members=given["members"].text("members") if "members" in given else None,
        has_parts=given["parts"].boolean("parts") if "parts" in given else False,
        mode=mode,
        cursor=cursor,
        deleted_when=_expression(given, "deleted_when"),
        merged_into=expressions.column(given["merged_into"], "merged_into") if "merged_into" in given else None,
        lag=_duration(given["lag"], "lag") if "lag" in given else None,
        lookback=_duration(given["lookback"], "lookback") if "lookback" in given else None,
        columns=declared_columns(given.get("columns"), written, given.get("format")),
        shrink_limit=_share(given["shrink_limit"]) if "shrink_limit" in given else 0.5,
        sweep=given["sweep"].boolean("sweep") if "sweep" in given else False,
        entities=_entities(given["entities"], key) if "entities" in given else (),
    )  # fmt: skip


def _expression(given: dict[str, YamlNode], name: str) -> Expression | None:
    return expressions.expression(given[name], name) if name in given else None


def _columns_of(node: YamlNode, what: str) -> tuple[Expression, ...]:
    """Return the columns of a key, written as one name or a list of names."""
    if isinstance(node.value, list):
        if not node.value:
            raise node.error(f"{what} is empty")
        return tuple(expressions.column(item, what) for item in node.value)
    return (expressions.column(node, what),)


def _duration(node: YamlNode, what: str) -> timedelta:
    match = _DURATION.fullmatch(node.text(what))
    if not match:
        raise node.error(f"{what} must be a duration such as 90s, 10m, 2h or 1d, not '{node.raw}'")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _share(node: YamlNode) -> float:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float) or not 0 <= node.value <= 1:
        raise node.error(f"shrink_limit must be a share from 0 to 1, not '{node.raw}'")
    return float(node.value)


def _entities(node: YamlNode, table_key: tuple[Expression, ...]) -> tuple[EntityMapping, ...]:
    fed = []
    for entity, each in node.mapping("entities").items():
        if entity not in entities():
            raise each.error(f"unknown entity '{entity}'{nearest(entity, entities())}")
        given = each.check_keys(f"entity '{entity}'", "option", ("key", "id_prefix", "when", "columns"), ("columns",))
        types = entities()[entity]
        columns = given["columns"].check_keys(f"columns of '{entity}'", f"column of '{entity}'", types)
        fed.append(
            EntityMapping(
                entity,
                _columns_of(given["key"], "key") if "key" in given else table_key,
                given["id_prefix"].text("id_prefix") if "id_prefix" in given else "",
                _expression(given, "when"),
                tuple(_canonical(name, types[name], column) for name, column in columns.items()),
                each,
            )
        )
    return tuple(fed)


def _canonical(name: str, type_name: str, node: YamlNode) -> CanonicalColumn:
    """Return one canonical column: a column, an expression, or either with a list of values."""
    if not isinstance(node.value, dict):
        return CanonicalColumn(name, type_name, expressions.expression(node, name))
    given = node.check_keys(f"'{name}'", "option", ("column", "sql", "values"))
    if ("column" in given) == ("sql" in given):
        raise node.error(f"'{name}' needs either 'column' or 'sql'")
    if "column" in given:
        source = expressions.column(given["column"], name)
    else:
        source = expressions.expression(given["sql"], name)
    values = None
    if "values" in given:
        pairs = given["values"].mapping(f"values of '{name}'")
        values = {code: None if each.value is None else each.raw for code, each in pairs.items()}
    return CanonicalColumn(name, type_name, source, values)


def _check_ids_apart(tables: tuple[TableMapping, ...]) -> None:
    """Raise ConfigError when two tables feed one entity without prefixes that keep their ids apart."""
    seen: dict[tuple[str, str], str] = {}
    for table in tables:
        for each in table.entities:
            first = seen.setdefault((each.entity, each.id_prefix), table.name)
            if first != table.name:
                raise each.node.error(
                    f"tables '{first}' and '{table.name}' both feed '{each.entity}': give one an 'id_prefix',"
                    " or two records could share an id"
                )
