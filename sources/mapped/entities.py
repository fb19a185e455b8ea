"""The canonical entities of ``sources/entities.yml``: names, columns and types."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sources.yaml_lines import load_yaml

_FILE = Path(__file__).parents[1] / "entities.yml"

#: Columns that every entity has after its own.
STAMPS = {"created_at": "timestamp", "modified_at": "timestamp"}


@cache
def entities() -> dict[str, dict[str, str]]:
    """Return entity -> column -> type, own columns first, then ``created_at`` and ``modified_at``."""
    root = load_yaml(_FILE).mapping("the entities")
    return {
        entity: {name: each.raw for name, each in node.mapping(entity).items()} | STAMPS
        for entity, node in root.items()
    }
