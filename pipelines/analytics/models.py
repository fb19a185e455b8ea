"""The models of matching in the lake: what was learnt outlives the warehouse, and ids do not depend on rebuilding it.

What a model is belongs to ``matching.model``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from pipelines.analytics.matching.model import Model
from pipelines.analytics.registry import RegistryLake


def load(connection: duckdb.DuckDBPyConnection) -> dict[str, Model]:
    """Return customer type -> current model; one that another release wrote is left out, and is learnt anew."""
    rows = connection.execute("select customer_type, parameters from lake.identity.models where is_current").fetchall()
    found = {}
    for customer_type, parameters in rows:
        try:
            found[customer_type] = Model.from_json(parameters)
        except (KeyError, TypeError, ValueError):
            continue
    return found


def save(lake: RegistryLake, models: Mapping[str, Model], as_of: date, run_id: str) -> None:
    """Make ``models`` the current ones of their customer types, in one transaction; earlier ones stay, closed."""

    def work() -> None:
        for customer_type, model in models.items():
            lake.connection.execute(
                "update lake.identity.models set is_current = false where is_current and customer_type = ?",
                [customer_type],
            )
            lake.connection.execute(
                "insert into lake.identity.models"
                " (model_id, customer_type, trained_at_as_of, run_id, parameters, is_current)"
                " values (?, ?, ?, ?, ?, true)",
                [model.model_id, customer_type, as_of, run_id, model.to_json()],
            )

    if models:
        lake.transaction(work)
