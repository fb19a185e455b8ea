"""Finds the connector types by folder: a package under ``sources/`` whose ``__init__`` offers ``create``.

What a type's package exposes: ``TYPE`` (its name), ``OBJECTS`` (declared SourceObjects), ``OPTIONS``
(what a source of the type takes in crm_sources.yaml) and ``create(config) -> Connector``.
"""

from __future__ import annotations

import ast
import importlib
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from sources.contract import Connector, SourceObject
from sources.yaml_lines import nearest

if TYPE_CHECKING:
    from sources.config import Option, SourceConfig

_FOLDER = Path(__file__).parent


@cache
def connector_types() -> tuple[str, ...]:
    """Return the names of all connector types, sorted; imports none of them."""
    return tuple(sorted(each.parent.name for each in _FOLDER.glob("*/__init__.py") if _offers_create(each)))


def create(config: SourceConfig) -> Connector:
    """Return the connector of a configured source. Opens nothing; raises ConfigError for an unusable option."""
    connector: Connector = _package(config.type).create(config)
    return connector


def declared_objects(connector_type: str) -> tuple[SourceObject, ...]:
    """Return the objects every source of the type has; empty where each source brings its own."""
    objects: tuple[SourceObject, ...] = _package(connector_type).OBJECTS
    return objects


def options(connector_type: str) -> tuple[Option, ...]:
    """Return what a source of the type takes in crm_sources.yaml."""
    spec: tuple[Option, ...] = _package(connector_type).OPTIONS
    return spec


def _package(connector_type: str) -> ModuleType:
    if connector_type not in connector_types():
        raise ValueError(f"unknown connector type '{connector_type}'{nearest(connector_type, connector_types())}")
    return importlib.import_module(f"sources.{connector_type}")


def _offers_create(init: Path) -> bool:
    """Whether a package's ``__init__`` defines or imports ``create``, told from its text: importing all is slow."""
    for node in ast.parse(init.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == "create":
            return True
        if isinstance(node, ast.ImportFrom) and any((name.asname or name.name) == "create" for name in node.names):
            return True
    return False
