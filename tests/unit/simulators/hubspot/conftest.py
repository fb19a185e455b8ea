"""An empty HubSpot account with a clock the test turns, and a client that is signed in to it over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from sources.simulators.hubspot import HubSpotSimulator, empty_account


class Client:
    """An account with a clock, and what a client says to it."""

    def __init__(self) -> None:
        self.now = datetime(2024, 3, 4, 12)
        self.simulator = HubSpotSimulator(empty_account(), clock=lambda: self.now)
        self.records, self.faults = self.simulator.records, self.simulator.faults
        self.http = httpx.Client(base_url=self.simulator.url, trust_env=False)
        self.http.headers["Authorization"] = f"Bearer {self.simulator.private_token}"

    def token(self, version: str = "v1", **changed: str) -> httpx.Response:
        form = {
            "grant_type": "refresh_token",
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
            "refresh_token": self.simulator.refresh_token,
        }
        return self.http.post(f"/oauth/{version}/token", data=form | changed)

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.http.get(path)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: Any, status: int = 200) -> Any:
        answer = self.http.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def search(self, filters: list[dict[str, Any]], status: int = 200, kind: str = "companies", **more: Any) -> Any:
        return self.post(f"/crm/v3/objects/{kind}/search", {"filterGroups": [{"filters": filters}], **more}, status)


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client()
    yield client
    client.http.close()
    client.simulator.close()
