"""SQL expressions of mapping files: parsed with DuckDB on load, so that a mistake is reported with its line.

Expressions stand over the landed columns of one table, in DuckDB's dialect; each yields one value per row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from sources.errors import ConfigError
from sources.quoting import identifier, quoted
from sources.yaml_lines import YamlNode, nearest

_COLUMN = re.compile(r"[^\W\d]\w*")
_SUGGESTION = re.compile(r'Did you mean "([^"]+)"')
_CONSTANTS = ("null", "true", "false", "current_date", "current_timestamp")


@dataclass(frozen=True)
class Expression:
    """A SQL expression, or a single column, over one table's landed columns.

    Attributes:
        sql: the expression, a column quoted as an identifier.
        references: the columns it uses, spelt as in the mapping file.
        column: the column's name when the expression is just that, else None.
        node: where it stands.
    """

    sql: str
    references: tuple[str, ...]
    column: str | None
    node: YamlNode

    def check_columns(self, available: tuple[str, ...], table: str) -> None:
        """Raise ConfigError when the table has no such column; ``available`` is what it has."""
        known = {name.lower() for name in available}
        for name in self.references:
            if name.lower() not in known:
                raise self.node.error(f"table '{table}' has no column '{name}'{nearest(name, available)}")


def column(node: YamlNode, what: str) -> Expression:
    """Return a column named by the node."""
    name = node.text(what)
    return Expression(identifier(name), (name,), name, node)


def expression(node: YamlNode, what: str) -> Expression:
    """Return the column or SQL expression a node holds; raises ConfigError, with the line, for bad SQL."""
    text = node.text(what).strip()
    if _COLUMN.fullmatch(text) and text.lower() not in _CONSTANTS:
        return Expression(identifier(text), (text,), text, node)
    tree = _parsed(node, what, text)
    for each in _walk(tree):
        if each.get("class") == "SUBQUERY":
            raise node.error(f"{what}: a subquery cannot stand here; give the table a `query:` instead")
        if each.get("class") == "WINDOW" or str(each.get("function_name", "")).lower() in _aggregates():
            raise node.error(f"{what}: '{each.get('function_name')}' looks at more than one row; use a `query:`")
    references = tuple(dict.fromkeys(_references(node, what, tree)))
    _check_functions(node, what, text, references)
    return Expression(f"({text}\n)", references, None, node)


def check_query(node: YamlNode, what: str) -> str:
    """Return a query's text without its final semicolon. Its dialect is the source's: only the source can parse it."""
    return node.text(what).strip().rstrip(";")


def check_type(node: YamlNode, what: str) -> str:
    """Return a DuckDB type name; raises ConfigError for one that does not exist."""
    name = node.text(what)
    try:
        parser().execute(f"select cast(null as {name})")
    except duckdb.Error:
        known = ("varchar", "bigint", "integer", "double", "decimal(18,2)", "boolean", "date", "timestamp", "time")
        raise node.error(f"unknown type '{name}'{nearest(name, known)}") from None
    return name


def parser() -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty DuckDB, for parsing and binding SQL; each caller gets its own."""
    return _engine().cursor()


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"autoinstall_known_extensions": False})


@cache
def _aggregates() -> frozenset[str]:
    rows = parser().execute(
        "select distinct function_name from duckdb_functions() where function_type = 'aggregate'"
        " and function_name not in (select function_name from duckdb_functions() where function_type = 'scalar')"
    )
    return frozenset(name for (name,) in rows.fetchall())


def _parsed(node: YamlNode, what: str, text: str) -> Any:
    """Return DuckDB's syntax tree of the expression."""
    before = "select ("
    answer = parser().execute(f"select json_serialize_sql({quoted(f'{before}{text}')} || chr(10) || ')')").fetchone()
    tree = json.loads(answer[0]) if answer else {}
    if tree.get("error"):
        position = int(tree.get("position") or len(before)) - len(before)
        line = node.text_line + text[: max(position, 0)].count("\n")
        raise ConfigError(node.path, line, f"{what} is not a SQL expression: {tree.get('error_message')} in `{text}`")
    return tree["statements"][0]["node"]["select_list"]


def _walk(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _walk(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _walk(value)


def _references(node: YamlNode, what: str, tree: Any) -> Iterator[str]:
    """Yield the columns a syntax tree uses; the parameters of a lambda are no columns."""
    own = {
        part["column_names"][0].lower()
        for each in _walk(tree)
        if each.get("class") == "LAMBDA"
        for part in _walk(each.get("lhs"))
        if part.get("class") == "COLUMN_REF"
    }
    for each in _walk(tree):
        if each.get("class") != "COLUMN_REF" or each["column_names"][0].lower() in own:
            continue
        if len(each["column_names"]) > 1:
            dotted = ".".join(each["column_names"])
            raise node.error(f"{what}: write the column '{each['column_names'][-1]}' without a table, not '{dotted}'")
        yield each["column_names"][0]


def _check_functions(node: YamlNode, what: str, text: str, references: tuple[str, ...]) -> None:
    """Raise ConfigError for a function that DuckDB does not have. Types are checked where they are known."""
    nulls = ", ".join(f"null as {identifier(name)}" for name in references) or "null as nothing"
    try:
        parser().execute(f"explain select ({text}\n) from (select {nulls})")
    except duckdb.CatalogException as error:
        message = str(error).splitlines()[0].removeprefix("Catalog Error: ")
        hint = _SUGGESTION.search(str(error))
        raise node.error(f"{what}: {message}{f' Did you mean {quoted(hint[1])}?' if hint else ''}") from None
    except duckdb.Error:
        return  # the types of NULLs are no proof of anything
