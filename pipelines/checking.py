"""Tries the configured sources without reading their data: ``crm-warehouse sources check``."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing

from pipelines.selecting import source_named
from sources.config import SourceConfig, WarehouseConfig
from sources.contract import Check
from sources.discovery import create
from sources.errors import CrmWarehouseError


def check_all(config: WarehouseConfig, names: Collection[str]) -> dict[str, list[Check]]:
    """Return the findings of every source, or of those named. Raises CrmWarehouseError for an unknown name."""
    wanted = [source_named(config, name) for name in dict.fromkeys(names)] or config.sources
    return {source.name: _check(source) for source in wanted}


def _check(source: SourceConfig) -> list[Check]:
    try:
        with closing(create(source)) as connector:
            return connector.check()
    except CrmWarehouseError as error:
        return [Check("configuration", False, str(error))]
