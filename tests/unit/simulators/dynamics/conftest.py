"""An empty environment whose clock the test turns, and a client that is signed in to it over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from sources.simulators.dynamics import DynamicsSimulator, Faults, empty_environment


class Client:
    """A signed-in client of an empty environment whose clock the test turns."""

    def __init__(self) -> None:
        self.now, self.faults = datetime(2024, 3, 4, 12), Faults()
        self.simulator = DynamicsSimulator(empty_environment(), clock=lambda: self.now, faults=self.faults)
        self.records = self.simulator.records
        self.http = httpx.Client(base_url=f"{self.simulator.url}/api/data/v9.2/", verify=False)
        self.http.headers["Authorization"] = f"Bearer {self.token().json()['access_token']}"

    def token(self, **changed: str) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
            "scope": f"{self.simulator.url}/.default",
        }
        url = f"{self.simulator.url}/{self.simulator.tenant_id}/oauth2/v2.0/token"
        return httpx.post(url, data=form | changed, verify=False)

    def get(self, path: str, prefer: str = "", status: int = 200) -> Any:
        answer = self.http.get(path, headers={"Prefer": prefer})
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client()
    yield client
    client.http.close()
    client.simulator.close()
