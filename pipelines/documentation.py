"""Writes the documentation that follows from the project itself: dictionary, diagrams of the tables, dbt's own site.

Nothing here is written by hand, so nothing here can be out of date once it is written again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from pipelines.dbt import docs_site, manifest_path
from pipelines.dictionary import PublishedTable, published_tables
from pipelines.settings import Settings

_MADE = "<!-- Made by `make docs` from the dbt project; change a model's YAML instead. -->\n"


def write_documentation(settings: Settings, folder: Path) -> list[Path]:
    """Write ``marts.md``, ``diagram.md`` and ``dbt/index.html`` into ``folder``; return them.

    dbt's site shows the columns of a warehouse that has been built. Raises DbtError when dbt refuses.
    """
    tables = published_tables(json.loads(manifest_path(settings).read_text(encoding="utf-8")))
    folder.mkdir(parents=True, exist_ok=True)
    site = folder / "dbt" / "index.html"
    site.parent.mkdir(exist_ok=True)
    shutil.copyfile(docs_site(settings), site)
    texts = {folder / "marts.md": dictionary_text(tables), folder / "diagram.md": diagram_text(tables)}
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return [*texts, site]


def dictionary_text(tables: Sequence[PublishedTable]) -> str:
    """Return every published table with its grain, key and columns, as Markdown."""
    parts = [
        f"{_MADE}# The published tables\n\nThe same texts are in the published file: `meta.tables`, `meta.columns`.\n"
    ]
    for table in tables:
        parts.append(f"\n## {table.schema}.{table.name}\n\n{table.description}\n\n")
        if table.key:
            parts.append(f"Key: {', '.join(f'`{name}`' for name in table.key)}\n\n")
        parts.append("| column | type | meaning |\n|---|---|---|\n")
        targets = {each.column: each.to_table for each in table.references}
        for column in table.columns:
            meaning = " ".join(column.description.split()).replace("|", "\\|")
            target = f" → `{targets[column.name]}`" if column.name in targets else ""
            parts.append(f"| `{column.name}` | {column.type} | {meaning}{target} |\n")
    return "".join(parts)


def diagram_text(tables: Sequence[PublishedTable]) -> str:
    """Return one entity-relationship diagram for core and one for each folder of the marts, in Mermaid."""
    groups = sorted({(table.schema, table.folder) for table in tables})
    parts = [f"{_MADE}# How the published tables refer to each other\n"]
    for schema, folder in groups:
        members = [table for table in tables if (table.schema, table.folder) == (schema, folder)]
        title = f"{schema}: {folder}" if folder else schema
        parts.append(f"\n## {title}\n\n```mermaid\nerDiagram\n{_entities(members)}{_links(members)}```\n")
    return "".join(parts)


def _entities(tables: Sequence[PublishedTable]) -> str:
    """Return each table with its keys: a diagram that shows every column shows none."""
    lines = []
    for table in tables:
        targets = {each.column for each in table.references}
        lines.append(f"    {table.name} {{\n")
        for column in table.columns:
            marks = [*(["PK"] if column.name in table.key else []), *(["FK"] if column.name in targets else [])]
            if marks:
                kind = column.type.split("(", maxsplit=1)[0].replace(" ", "_") or "varchar"
                lines.append(f"        {kind} {column.name} {', '.join(marks)}\n")
        lines.append("    }\n")
    return "".join(lines)


def _links(tables: Sequence[PublishedTable]) -> str:
    return "".join(
        f"    {each.to_table} ||--o{{ {table.name} : {each.column}\n" for table in tables for each in table.references
    )
