"""An empty org with a clock the test turns, and a client that is logged in to it over real HTTP."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from sources.simulators.salesforce import Faults, SalesforceSimulator, empty_org

BASE = "/services/data/v62.0"


class Clock:
    """The org's time: naive UTC, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 2, 0, 0)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


class Client:
    """Plain HTTP against the simulator, with the paths and the waiting that every test needs."""

    def __init__(self, simulator: SalesforceSimulator) -> None:
        self.simulator = simulator
        self.http = httpx.Client(
            base_url=simulator.url,
            timeout=60,
            headers={"Accept-Encoding": "identity"},
            verify=False,  # plain http on loopback: loading certificates would be half of every test
        )

    def token(self, **form: str) -> httpx.Response:
        return self.http.post("/services/oauth2/token", data=form)

    def login(self) -> None:
        answer = self.token(
            grant_type="client_credentials",
            client_id=self.simulator.client_id,
            client_secret=self.simulator.client_secret,
        )
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.http.get(path if path.startswith("/services") else BASE + path, **options)

    def query(self, soql: str, operation: str = "query") -> httpx.Response:
        return self.get(f"/{operation}", params={"q": soql})

    def ids(self, soql: str, operation: str = "query") -> list[str]:
        return [record["Id"] for record in self.query(soql, operation).json()["records"]]

    def create_job(self, soql: str, operation: str = "queryAll", **options: Any) -> httpx.Response:
        return self.http.post(f"{BASE}/jobs/query", json={"operation": operation, "query": soql, **options})

    def finished_job(self, soql: str, **options: Any) -> dict[str, Any]:
        path = f"/jobs/query/{self.create_job(soql, **options).json()['id']}"
        for _ in range(500):
            job: dict[str, Any] = self.get(path).json()
            if job["state"] in ("JobComplete", "Failed", "Aborted"):
                return job
            time.sleep(0.01)
        raise TimeoutError(path)

    def results(self, job: dict[str, Any], **parameters: object) -> httpx.Response:
        return self.get(f"/jobs/query/{job['id']}/results", params=parameters)


def connected(simulator: SalesforceSimulator) -> Client:
    """A client that is logged in."""
    client = Client(simulator)
    client.login()
    return client


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    """The records of a CSV page."""
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def faults() -> Faults:
    """An org in good health whose sessions outlive every test."""
    return Faults(session_lifetime=timedelta(days=365))


@pytest.fixture
def org(clock: Clock, faults: Faults) -> Iterator[SalesforceSimulator]:
    with SalesforceSimulator(empty_org(), clock=clock, faults=faults) as simulator:
        yield simulator


@pytest.fixture
def connect() -> Callable[[SalesforceSimulator], Client]:
    """For tests that start a simulator of their own."""
    return connected


@pytest.fixture
def rows() -> Callable[[httpx.Response], list[dict[str, str]]]:
    """Reads the records of a CSV page."""
    return rows_of


@pytest.fixture
def client(org: SalesforceSimulator) -> Iterator[Client]:
    yield (client := connected(org))
    client.http.close()
