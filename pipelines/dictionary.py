"""What the dbt project says about the tables it publishes: columns, keys, and which column refers to which table.

Read from dbt's manifest; keys and references are those that its tests hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.published_tables import SCHEMAS

_REF = re.compile(r"""ref\(\s*['"](\w+)['"]\s*\)""")


@dataclass(frozen=True, order=True)
class Reference:
    """A column whose every value is found in a column of another table."""

    column: str
    to_table: str
    to_column: str


@dataclass(frozen=True)
class Column:
    """A column of a published table."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class PublishedTable:
    """A table of core or marts.

    Attributes:
        folder: where its model lies below its schema's folder, e.g. ``value``; empty for core.
        key: the columns that together are unique; empty when no test says so.
        references: sorted by column.
    """

    schema: str
    name: str
    folder: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]


def published_tables(manifest: Mapping[str, Any]) -> list[PublishedTable]:
    """Return the tables of the published schemas, by schema and name."""
    nodes = manifest["nodes"]
    tests: dict[str, list[Mapping[str, Any]]] = {}
    for node in nodes.values():
        if node["resource_type"] == "test" and node.get("attached_node") and node.get("test_metadata"):
            tests.setdefault(node["attached_node"], []).append(node)
    models = [each for each in nodes.values() if each["resource_type"] == "model" and each["schema"] in SCHEMAS]
    found = [_table(model, tests.get(model["unique_id"], [])) for model in models]
    return sorted(found, key=lambda table: (table.schema, table.name))


def reference_rows(tables: Sequence[PublishedTable]) -> list[tuple[str, str, str, str, str, str]]:
    """Return schema, table and column of every reference, and the schema, table and column it refers to.

    A reference to a table that is not published is left out.
    """
    schemas = {table.name: table.schema for table in tables}
    return [
        (table.schema, table.name, each.column, schemas[each.to_table], each.to_table, each.to_column)
        for table in tables
        for each in table.references
        if each.to_table in schemas
    ]


def _table(model: Mapping[str, Any], tests: Sequence[Mapping[str, Any]]) -> PublishedTable:
    return PublishedTable(
        schema=model["schema"],
        name=model["name"],
        folder="/".join(model["fqn"][2:-1]),
        description=model["description"].strip(),
        columns=tuple(
            Column(each["name"], (each["data_type"] or "").lower(), each["description"].strip())
            for each in model["columns"].values()
        ),
        key=_key(tests),
        references=tuple(sorted(_references(tests))),
    )


def _key(tests: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the columns of the one test that says rows are told apart by them."""
    for test in tests:
        metadata = test["test_metadata"]
        if metadata["name"] == "unique":
            return (test["column_name"],)
        if metadata["name"] == "unique_together":
            return tuple(metadata["kwargs"]["columns"])
    return ()


def _references(tests: Sequence[Mapping[str, Any]]) -> set[Reference]:
    found = set()
    for test in tests:
        metadata = test["test_metadata"]
        target = _REF.search(metadata["kwargs"].get("to", "")) if metadata["name"] == "relationships" else None
        if target:
            found.add(Reference(test["column_name"], target.group(1), metadata["kwargs"]["field"]))
    return found
