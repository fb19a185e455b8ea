"""A Dynamics 365 environment whose credentials are looked for wherever something is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sources.simulators.dynamics import DynamicsSimulator, empty_environment
from tests.integration.dynamics.environment import START
from tests.planted import Planted, served

_SECRET = "planted~secret/of+dynamics&more"


@contextmanager
def planted(request: pytest.FixtureRequest) -> Iterator[Planted]:
    """Yield an environment with one account."""
    data = empty_environment()
    with DynamicsSimulator(data, clock=lambda: START, client_secret=_SECRET) as simulator:
        simulator.records.insert_many("account", [{"name": "Ann"}])
        options = {
            "url": simulator.url,
            "authority_url": simulator.url,
            "tenant_id": simulator.tenant_id,
            "client_id": simulator.client_id,
            "client_secret": "${PLANTED_SECRET}",
        }
        yield served(simulator, options, {"PLANTED_SECRET": _SECRET}, ["account"])
