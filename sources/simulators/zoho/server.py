"""The simulated organization as a server: what it is made of, and what a client needs to sign in."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb

from sources.simulators.http import Clock, Simulator
from sources.simulators.zoho.auth import Client, Tokens
from sources.simulators.zoho.changes import Records
from sources.simulators.zoho.faults import Faults
from sources.simulators.zoho.routes import Organization
from sources.simulators.zoho.state import OrganizationState


class ZohoSimulator(Simulator):
    """A Zoho CRM organization and its accounts server on one loopback address; also a context manager.

    Args:
        database: a state file (read-only), or a DuckDB connection holding the tables of schema.yml.
        clock: the organization's time; the Date header and stamps follow it.
        faults: what shall go wrong; keep the object and change it while the server runs.
        port: 0 picks a free one.

    Attributes:
        url: ``http://127.0.0.1:<port>``; of the accounts server and of the API.
        records: changes to the data, for tests.
    """

    url_options = ("accounts_url",)

    def __init__(
        self,
        database: Path | duckdb.DuckDBPyConnection,
        *,
        clock: Clock,
        faults: Faults | None = None,
        port: int = 0,
        client_id: str = "1000.SIMULATEDCLIENT",
        client_secret: str = "simulated-client-secret",
        refresh_token: str = "1000.simulated.refresh-token",
    ) -> None:
        self.client_id, self.client_secret, self.refresh_token = client_id, client_secret, refresh_token
        self.credentials = {"client_id": client_id, "client_secret": client_secret, "refresh_token": refresh_token}
        self.faults = faults or Faults()
        self.state = OrganizationState(database, clock, self.faults)
        self.records = Records(self.state)
        self._folder = Path(tempfile.mkdtemp(prefix="zoho-simulator-"))
        self.tokens = Tokens(Client(client_id, client_secret, refresh_token), self.state, self.faults)
        self.organization = Organization(self.state, self.tokens, self.faults, self._folder)
        super().__init__(self.organization, port)

    def release(self) -> None:
        """Close the database, remove the results of bulk jobs."""
        self.state.close()
        shutil.rmtree(self._folder, ignore_errors=True)
