"""Tries the configured sources without reading their data: ``crm-warehouse sources check``."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing

from sources.config import SourceConfig, WarehouseConfig
from sources.contract import Check
from sources.discovery import create
from sources.errors import CrmWarehouseError
from sources.yaml_lines import nearest


def check_all(config: WarehouseConfig, names: Collection[str]) -> dict[str, list[Check]]:
    """Return the findings of every source, or of those named. Raises CrmWarehouseError for an unknown name."""
    known = {source.name: source for source in config.sources}
    for name in names:
        if name not in known:
            raise CrmWarehouseError(f"there is no source '{name}'{nearest(name, known)}")
    return {name: _check(source) for name, source in known.items() if not names or name in names}


def _check(source: SourceConfig) -> list[Check]:
    try:
        with closing(create(source)) as connector:
            return connector.check()
    except CrmWarehouseError as error:
        return [Check("configuration", False, str(error))]
