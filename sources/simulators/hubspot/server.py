"""The simulated account as a server: what it is made of, and what a client needs to sign in."""

from __future__ import annotations

from pathlib import Path

import duckdb

from sources.simulators.http import Clock, Simulator
from sources.simulators.hubspot.auth import Tokens
from sources.simulators.hubspot.faults import Faults
from sources.simulators.hubspot.records import Records
from sources.simulators.hubspot.routes import Account
from sources.simulators.hubspot.state import AccountState


class HubSpotSimulator(Simulator):
    """A HubSpot account on a loopback address; also a context manager.

    Args:
        database: a state file (read-only), or a DuckDB connection holding the tables of schema.yml.
        clock: the account's time; the Date header and stamps follow it.
        faults: what shall go wrong; keep the object and change it while the server runs.
        port: 0 picks a free one.

    Attributes:
        url: ``http://127.0.0.1:<port>``.
        records: changes to the data, for tests.
    """

    url_options = ("api_url",)

    def __init__(
        self,
        database: Path | duckdb.DuckDBPyConnection,
        *,
        clock: Clock,
        faults: Faults | None = None,
        port: int = 0,
        private_token: str = "pat-na1-simulated-private-app",
        client_id: str = "simulated-client",
        client_secret: str = "simulated-client-secret",
        refresh_token: str = "simulated-refresh-token",
    ) -> None:
        self.private_token, self.client_id, self.client_secret = private_token, client_id, client_secret
        self.refresh_token = refresh_token
        self.credentials = {"private_app_token": private_token}
        self.faults = faults or Faults()
        self.state = AccountState(database, clock, self.faults)
        self.records = Records(self.state)
        self.tokens = Tokens(self.state, self.faults, private_token, client_id, client_secret, refresh_token)
        self.account = Account(self.state, self.tokens, self.faults)
        super().__init__(self.account, port)

    def release(self) -> None:
        """Close the database."""
        self.state.close()
