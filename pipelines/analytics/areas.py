"""The areas of computation between core and the marts, each a package with ``OUTPUTS``, ``READS`` and ``compute``."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Protocol, cast

import duckdb

from pipelines.analytics.outputs import Output
from pipelines.analytics.runs import Run

AREAS: tuple[str, ...] = ("affinity", "attribution", "churning", "forecasting", "leads", "promotions", "value")


class Area(Protocol):
    """A package of ``pipelines.analytics`` that fills tables of the schema ``analytics``."""

    OUTPUTS: tuple[Output, ...]
    READS: tuple[str, ...]
    """The tables it reads, as ``schema/table``; none of them is a mart."""

    def compute(self, connection: duckdb.DuckDBPyConnection, run: Run) -> Mapping[str, Mapping[str, object]]:
        """Write every table of ``OUTPUTS`` into the warehouse; return table -> what a run shows of it."""


def area(name: str) -> Area:
    """Return the package of that name."""
    return cast(Area, importlib.import_module(f"pipelines.analytics.{name}"))


def compute_all(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Fill every table of the schema ``analytics``."""
    for name in AREAS:
        area(name).compute(connection, run)
