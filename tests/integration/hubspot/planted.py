"""A HubSpot account whose credentials are looked for wherever something is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sources.simulators.hubspot import HubSpotSimulator, empty_account
from tests.integration.hubspot.account import START
from tests.planted import Planted, served

_SECRET, _REFRESH = "planted~secret/of+hubspot&more", "planted~refresh/token+and&more"


@contextmanager
def planted(request: pytest.FixtureRequest) -> Iterator[Planted]:
    """Yield an account with one company, signed in to by OAuth."""
    data = empty_account()
    given = {"client_secret": _SECRET, "refresh_token": _REFRESH}
    with HubSpotSimulator(data, clock=lambda: START, **given) as simulator:
        simulator.records.insert_many("companies", [{"name": "Ann"}])
        options = {
            "api_url": simulator.url,
            "auth": "oauth",
            "client_id": simulator.client_id,
            "client_secret": "${PLANTED_SECRET}",
            "refresh_token": "${PLANTED_REFRESH}",
        }
        yield served(simulator, options, {"PLANTED_SECRET": _SECRET, "PLANTED_REFRESH": _REFRESH}, ["companies"])
