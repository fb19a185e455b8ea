"""Models as the SQL that dbt makes of them, run on tables written by hand: no lake, no night, any number of rows.

What a model reads and is not run here must be created first, under the name it has in the warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from tests.integration.dbt.small_lake import SmallLake


class CompiledModels:
    """The SQL of models for one ``as_of``; the other variables are the project's own."""

    def __init__(self, home: Path, models: Sequence[str], as_of: date) -> None:
        lake = SmallLake(home)
        lake.dbt("compile", "--select", *models, as_of=as_of.isoformat())
        folder = lake.settings.dbt_target / "compiled" / "crm_warehouse" / "models"
        paths = {path.stem: path for path in folder.rglob("*.sql")}
        self.sql = {model: paths[model].read_text() for model in models}
        self.database = lake.warehouse.stem

    def run(
        self,
        models: Sequence[str],
        inputs: Mapping[str, str],
        frames: Mapping[str, Any] | None = None,
    ) -> duckdb.DuckDBPyConnection:
        """Return a database in memory with ``inputs``, <schema>.<table> -> query, and these models built upon them.

        The queries may read the data frames in ``frames`` by name.
        """
        connection = duckdb.connect()
        connection.execute(f"attach ':memory:' as {self.database}")
        connection.execute(f"use {self.database}")
        for name, frame in (frames or {}).items():
            connection.register(name, frame)
        for schema in ("core", "marts", "intermediate", "staging", "seeds", "analytics"):
            connection.execute(f"create schema {schema}")
        for name, query in inputs.items():
            connection.execute(f"create table {name} as {query}")
        for model in models:
            connection.execute(f"create table {_schema(model)}.{model} as {self.sql[model]}")
        return connection


def _schema(model: str) -> str:
    if model.startswith(("dim_", "fct_", "bridge_")):
        return "core"
    return "intermediate" if model.startswith("int_") else "marts"
