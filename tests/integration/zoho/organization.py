"""A simulated organization, and ways to read it as a night would."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sources.simulators.http import Request
from sources.simulators.zoho import ZohoSimulator, empty_organization
from sources.zoho.connector import ZohoConnector
from tests.simulated import START, Simulated, latest, open_lake, succeeded

__all__ = ["START", "Organization", "current", "open_lake", "open_organization", "succeeded"]


class Organization(Simulated):
    """An organization without records."""

    type = "zoho"
    connect = ZohoConnector

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, empty_organization())
        # its clock stands still while tests sign in again and again
        self.faults.tokens_in_ten_minutes = 1_000_000

    def serve(self) -> ZohoSimulator:
        return ZohoSimulator(self.data, clock=lambda: self.now)

    def access(self) -> Mapping[str, Any]:
        return {
            "accounts_url": self.simulator.url,
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
            "refresh_token": self.simulator.refresh_token,
        }

    def told(self, request: Request) -> str:
        """Return a request as "METHOD path?query body": what is asked for may be in the body."""
        return f"{super().told(request)} {request.body.decode(errors='replace')}"

    def names(self, count: int, module: str = "Accounts") -> list[str]:
        """Create records named one by one and return their ids."""
        named = [{"Account_Name": f"name {number}"} for number in range(count)]
        created: list[str] = self.records.insert_many(module, named)
        return created


open_organization = Organization.opened
current = partial(latest, "zoho")
