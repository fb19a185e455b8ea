"""An empty organization whose clock the test turns, and a client that is signed in to it over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from sources.simulators.zoho import Faults, ZohoSimulator, empty_organization


class Client:
    """A signed-in client of an empty organization whose clock the test turns."""

    def __init__(self) -> None:
        self.now, self.faults = datetime(2024, 3, 4, 12), Faults()
        self.simulator = ZohoSimulator(empty_organization(), clock=lambda: self.now, faults=self.faults)
        self.records = self.simulator.records
        self.http = httpx.Client(base_url=self.simulator.url, verify=False)
        self.sign_in()

    def token(self, **changed: str) -> httpx.Response:
        form = {
            "grant_type": "refresh_token",
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
            "refresh_token": self.simulator.refresh_token,
        }
        return self.http.post("/oauth/v2/token", data=form | changed)

    def sign_in(self) -> None:
        self.http.headers["Authorization"] = f"Zoho-oauthtoken {self.token().json()['access_token']}"

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        answer = self.http.get(
            f"/crm/v8{path}", headers={name.replace("_", "-"): each for name, each in headers.items()}
        )
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def query(self, text: str, status: int = 200) -> Any:
        answer = self.http.post("/crm/v8/coql", json={"select_query": text})
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def bulk(self, **query: Any) -> httpx.Response:
        return self.http.post("/crm/bulk/v8/read", json={"query": query, "file_type": "csv"})

    def accounts(self, count: int) -> list[str]:
        return self.records.insert_many("Accounts", [{"Account_Name": f"name {number}"} for number in range(count)])


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client()
    yield client
    client.http.close()
    client.simulator.close()
