"""A mapped table as the database readers take it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sources.contract import Column, FieldCheck
from sources.databases.table import SourceTable
from sources.mapped.canonical import entity_checks
from sources.mapped.mapping import TableMapping
from sources.yaml_lines import nearest


def source_table(table: TableMapping, path: Path) -> SourceTable:
    """Return what to read for a table of the mapping file at ``path``."""

    def check_names(names: Sequence[str]) -> None:
        for expression in table.expressions():
            expression.check_columns(tuple(names), table.name)
        for name, column in table.columns.items():
            if column.node and name.lower() not in {each.lower() for each in names}:
                raise column.node.error(f"table '{table.name}' has no column '{name}'{nearest(name, names)}")

    def checks(columns: Sequence[Column]) -> tuple[FieldCheck, ...]:
        return entity_checks(table, columns)

    return SourceTable(
        table.name,
        tuple(each.column or "" for each in table.key),
        table.table,
        table.query,
        table.cursor_column,
        columns=table.columns,
        shrink_limit=table.shrink_limit,
        sweep=table.sweep,
        correct=f"Correct the mapping file ({path}:{table.node.line})",
        check_names=check_names,
        checks=checks,
    )
