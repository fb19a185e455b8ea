"""What every computation of a night is told: the day it speaks of, the run, and where fitted models are kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from pipelines.analytics.registry import RegistryLake


@dataclass(frozen=True)
class StoredModel:
    """A fitted model that outlives the warehouse.

    Attributes:
        trained_as_of: the last day of what it was fitted to.
        payload: all that is needed to use it, as JSON.
        card: how good it is, as JSON.
    """

    trained_as_of: date
    payload: Mapping[str, Any]
    card: Mapping[str, Any]

    @property
    def model_id(self) -> str:
        """The model's name: equal models have equal names."""
        told = json.dumps([self.trained_as_of.isoformat(), self.payload], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


class ModelStore(Protocol):
    """Keeps the current model of each name."""

    def load(self, name: str) -> StoredModel | None:
        """Return the current model, or None when there is none."""

    def save(self, name: str, model: StoredModel) -> None:
        """Make ``model`` the current one."""


@dataclass(frozen=True)
class Run:
    """One night, as the computations see it.

    Attributes:
        as_of: the day the marts speak of.
        reporting_currency: the currency of every ``*_reporting_amount``.
        models: where fitted models are kept.
    """

    as_of: date
    run_id: str
    reporting_currency: str
    models: ModelStore


@dataclass
class MemoryModels:
    """A store that is gone with the process."""

    kept: dict[str, StoredModel] = field(default_factory=dict)

    def load(self, name: str) -> StoredModel | None:
        """Return the current model, or None when there is none."""
        return self.kept.get(name)

    def save(self, name: str, model: StoredModel) -> None:
        """Make ``model`` the current one."""
        self.kept[name] = model


class LakeModels:
    """The models of ``lake.analytics.models``: a warehouse built anew uses those that the last one used."""

    def __init__(self, lake: RegistryLake, run_id: str) -> None:
        self._lake, self._run_id = lake, run_id

    def load(self, name: str) -> StoredModel | None:
        """Return the current model, or None when there is none."""
        row = self._lake.connection.execute(
            "select trained_as_of, payload, card from lake.analytics.models where name = ? and is_current", [name]
        ).fetchone()
        return StoredModel(row[0], json.loads(row[1]), json.loads(row[2])) if row else None

    def save(self, name: str, model: StoredModel) -> None:
        """Make ``model`` the current one, in one transaction; earlier ones stay, closed."""

        def work() -> None:
            self._lake.connection.execute(
                "update lake.analytics.models set is_current = false where is_current and name = ?", [name]
            )
            self._lake.connection.execute(
                "insert into lake.analytics.models (name, model_id, trained_as_of, run_id, payload, card, is_current)"
                " values (?, ?, ?, ?, ?, ?, true)",
                [
                    name,
                    model.model_id,
                    model.trained_as_of,
                    self._run_id,
                    json.dumps(model.payload),
                    json.dumps(model.card),
                ],
            )

        self._lake.transaction(work)
