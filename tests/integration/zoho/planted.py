"""A Zoho organization whose credentials are looked for wherever something is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sources.simulators.zoho import ZohoSimulator, empty_organization
from tests.integration.zoho.organization import START
from tests.planted import Planted, served

_SECRET, _REFRESH = "planted~secret/of+zoho&more", "1000.planted~refresh/token+and&more"


@contextmanager
def planted(request: pytest.FixtureRequest) -> Iterator[Planted]:
    """Yield an organization with one account."""
    data = empty_organization()
    given = {"client_secret": _SECRET, "refresh_token": _REFRESH}
    with ZohoSimulator(data, clock=lambda: START, **given) as simulator:
        simulator.records.insert_many("Accounts", [{"Account_Name": "Ann"}])
        options = {
            "accounts_url": simulator.url,
            "client_id": simulator.client_id,
            "client_secret": "${PLANTED_SECRET}",
            "refresh_token": "${PLANTED_REFRESH}",
        }
        yield served(simulator, options, {"PLANTED_SECRET": _SECRET, "PLANTED_REFRESH": _REFRESH}, ["Accounts"])
