"""The simulated org as a server: what it is made of, and what a client needs to sign in."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb

from sources.simulators.http import Clock, Simulator
from sources.simulators.salesforce.auth import ConnectedApp, Sessions
from sources.simulators.salesforce.faults import Faults
from sources.simulators.salesforce.records import Records
from sources.simulators.salesforce.routes import Org
from sources.simulators.salesforce.state import OrgState


class SalesforceSimulator(Simulator):
    """A Salesforce org on loopback, from construction to ``close``; also a context manager.

    Args:
        database: a state file (read-only), or a DuckDB connection holding the tables of schema.yml.
        clock: the org's time; the Date header, stamps and windows follow it.
        faults: what shall go wrong; keep the object and change it while the server runs.
        port: 0 picks a free one.
        public_key: PEM of the key that JWT assertions are verified with.
        password: the user's, with the security token behind it; None is an org that allows no sign-in by it.

    Attributes:
        url: ``http://127.0.0.1:<port>``; the login and the instance URL.
        records: changes to the data, for tests.
    """

    url_options = ("login_url",)

    def __init__(
        self,
        database: Path | duckdb.DuckDBPyConnection,
        *,
        clock: Clock,
        faults: Faults | None = None,
        port: int = 0,
        client_id: str = "3MVG9simulated.consumer.key",
        client_secret: str = "simulated-consumer-secret",
        username: str = "integration@acme.example",
        public_key: str | None = None,
        refresh_token: str = "5Aep861simulated.refresh.token",
        password: str | None = None,
    ) -> None:
        self.client_id, self.client_secret, self.username = client_id, client_secret, username
        self.refresh_token = refresh_token
        self.credentials = {"client_id": client_id, "client_secret": client_secret}
        self.faults = faults or Faults()
        self.state = OrgState(database, clock)
        self.records = Records(self.state)
        self._folder = Path(tempfile.mkdtemp(prefix="salesforce-simulator-"))
        app = ConnectedApp(client_id, client_secret, username, public_key, password)
        self.sessions = Sessions(app, self.state, self.faults, refresh_token)
        self.org = Org(self.state, self.sessions, self.faults, self._folder)
        super().__init__(self.org, port)

    def release(self) -> None:
        """End running jobs, close the database, remove spooled results."""
        self.org.bulk.close()
        self.state.close()
        shutil.rmtree(self._folder, ignore_errors=True)
