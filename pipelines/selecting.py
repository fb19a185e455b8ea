"""Finds configured sources and their objects by the names that a person types."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.settings import Settings
from sources.config import SourceConfig, WarehouseConfig
from sources.contract import Connector, SourceObject
from sources.errors import CrmWarehouseError
from sources.yaml_lines import nearest


def existing_config(settings: Settings) -> WarehouseConfig:
    """Return crm_sources.yaml. Raises CrmWarehouseError where there is none, ConfigError where it is wrong."""
    if not settings.config.exists():
        raise CrmWarehouseError(f"{settings.config} does not exist. `crm-warehouse init` writes one to start from.")
    return settings.load_config()


def config_with_sources(settings: Settings) -> WarehouseConfig:
    """Return crm_sources.yaml; raises what ``existing_config`` does, and CrmWarehouseError where no source is in it."""
    config = existing_config(settings)
    if not config.sources:
        raise CrmWarehouseError(f"no source is configured in {settings.config}. It says itself how one is written.")
    return config


def source_named(config: WarehouseConfig, name: str) -> SourceConfig:
    """Return a configured source. Raises CrmWarehouseError with the nearest name for one that there is not."""
    known = {source.name: source for source in config.sources}
    if name not in known:
        raise CrmWarehouseError(f"there is no source '{name}'{nearest(name, known)}")
    return known[name]


def objects_named(connector: Connector, names: Iterable[str]) -> list[SourceObject]:
    """Return objects of a source by the source's own names or their lake tables.

    Raises CrmWarehouseError with the nearest name for one that it does not have.
    """
    objects = connector.objects()
    known = {obj.table: obj for obj in objects} | {obj.name: obj for obj in objects}
    names = list(names)
    for name in names:
        if name not in known:
            hint = nearest(name, {obj.name for obj in objects})
            raise CrmWarehouseError(f"source '{connector.name}' has no object '{name}'{hint}")
    return list(dict.fromkeys(known[name] for name in names))
