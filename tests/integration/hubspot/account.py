"""A simulated account, and ways to read it as a night would."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sources.hubspot.connector import HubSpotConnector
from sources.simulators.hubspot import HubSpotSimulator, empty_account
from tests.simulated import START, Simulated, latest, open_lake, succeeded

__all__ = ["START", "Account", "current", "open_account", "open_lake", "succeeded"]


class Account(Simulated):
    """An account without records."""

    type = "hubspot"
    connect = HubSpotConnector

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, empty_account())

    def serve(self) -> HubSpotSimulator:
        return HubSpotSimulator(self.data, clock=lambda: self.now)

    def access(self) -> Mapping[str, Any]:
        return {
            "api_url": self.simulator.url,
            "private_app_token": self.simulator.private_token,
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
            "refresh_token": self.simulator.refresh_token,
        }

    def named(self, count: int, kind: str = "companies") -> list[str]:
        """Create records named one by one and return their ids."""
        column = {"deals": "dealname", "contacts": "lastname"}.get(kind, "name")
        created: list[str] = self.records.insert_many(kind, [{column: f"name {number}"} for number in range(count)])
        return created


open_account = Account.opened
current = partial(latest, "hubspot")
