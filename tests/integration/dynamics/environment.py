"""A simulated environment, and ways to read it as a night would."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sources.dynamics.connector import DynamicsConnector
from sources.simulators.dynamics import DynamicsSimulator, empty_environment
from tests.simulated import START, Simulated, latest, open_lake, succeeded

__all__ = ["START", "Environment", "current", "open_environment", "open_lake", "succeeded"]


class Environment(Simulated):
    """An environment without records."""

    type = "dynamics"
    connect = DynamicsConnector

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, empty_environment())

    def serve(self) -> DynamicsSimulator:
        return DynamicsSimulator(self.data, clock=lambda: self.now)

    def access(self) -> Mapping[str, Any]:
        return {
            "url": self.simulator.url,
            "authority_url": self.simulator.url,
            "tenant_id": self.simulator.tenant_id,
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
        }

    def names(self, count: int, table: str = "account") -> list[str]:
        """Create records named one by one and return their ids."""
        created: list[str] = self.records.insert_many(table, [{"name": f"name {number}"} for number in range(count)])
        return created


open_environment = Environment.opened
current = partial(latest, "dynamics")
