"""The simulated environment as a server: what it is made of, and what a client needs to sign in."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb

from sources.simulators.dynamics.auth import Application, Tokens
from sources.simulators.dynamics.faults import Faults
from sources.simulators.dynamics.records import Records
from sources.simulators.dynamics.routes import Environment
from sources.simulators.dynamics.state import EnvironmentState
from sources.simulators.http import Clock, Simulator


class DynamicsSimulator(Simulator):
    """A Dataverse environment and its sign-in on one loopback address; also a context manager.

    Args:
        database: a state file (read-only), or a DuckDB connection holding the tables of schema.yml.
        clock: the environment's time; the Date header and stamps follow it.
        faults: what shall go wrong; keep the object and change it while the server runs.
        port: 0 picks a free one.
        public_key: PEM of the key that client assertions are verified with.

    Attributes:
        url: ``http://127.0.0.1:<port>``; the environment's URL and the authority's.
        records: changes to the data, for tests.
    """

    url_options = ("url", "authority_url")

    def __init__(
        self,
        database: Path | duckdb.DuckDBPyConnection,
        *,
        clock: Clock,
        faults: Faults | None = None,
        port: int = 0,
        tenant_id: str = "acme.onmicrosoft.example",
        client_id: str = "5f0c2f0e-simulated-client",
        client_secret: str = "simulated-client-secret",
        public_key: str | None = None,
    ) -> None:
        self.tenant_id, self.client_id, self.client_secret = tenant_id, client_id, client_secret
        self.credentials = {"tenant_id": tenant_id, "client_id": client_id, "client_secret": client_secret}
        self.faults = faults or Faults()
        self.state = EnvironmentState(database, clock, self.faults)
        self.records = Records(self.state)
        self._folder = Path(tempfile.mkdtemp(prefix="dynamics-simulator-"))
        application = Application(tenant_id, client_id, client_secret, public_key)
        self.tokens = Tokens(application, self.state, self.faults)
        self.environment = Environment(self.state, self.tokens, self.faults, self._folder)
        super().__init__(self.environment, port)

    def release(self) -> None:
        """Close the database, remove spooled results."""
        self.state.close()
        shutil.rmtree(self._folder, ignore_errors=True)
