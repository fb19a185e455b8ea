"""A Salesforce org whose credentials are looked for wherever something is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sources.simulators.salesforce import SalesforceSimulator, empty_org
from tests.integration.salesforce.org import START
from tests.planted import Planted, served

_ID, _SECRET = "planted.consumer+key", "planted/consumer&secret=of salesforce"


@contextmanager
def planted(request: pytest.FixtureRequest) -> Iterator[Planted]:
    """Yield an org with one account."""
    with SalesforceSimulator(empty_org(), clock=lambda: START, client_id=_ID, client_secret=_SECRET) as simulator:
        simulator.records.insert("Account", {"Name": "Ann"})
        options = {
            "login_url": simulator.url,
            "client_id": "${PLANTED_ID}",
            "client_secret": "${PLANTED_SECRET}",
        }
        yield served(simulator, options, {"PLANTED_ID": _ID, "PLANTED_SECRET": _SECRET}, ["Account"])
