"""A simulated org with a clock that stands still, and ways to read it as a night would. Used by the tests here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from sources.config import SourceConfig
from sources.contract import Extract, Reading, SourceObject, Window
from sources.salesforce.connector import SalesforceConnector
from sources.salesforce.objects import OBJECTS
from sources.salesforce.options import OPTIONS
from sources.simulators.salesforce import Faults, SalesforceSimulator, empty_org

# a Monday, so that a few days of windows stay within one week of reconciliation
START = datetime(2024, 3, 4, 12, 0, 0)
LAG, LOOKBACK = timedelta(minutes=5), timedelta(minutes=10)


def sobject(name: str) -> SourceObject:
    """Return a declared object."""
    return next(obj for obj in OBJECTS if obj.name == name)


@dataclass
class Org:
    """The simulator, its clock and its faults, and the folder that reads stage into."""

    folder: Path
    now: datetime = START
    faults: Faults = field(default_factory=Faults)
    pauses: list[float] = field(default_factory=list)
    reads: int = 0

    def __post_init__(self) -> None:
        self.data = empty_org()
        self.simulator = SalesforceSimulator(self.data, clock=lambda: self.now, faults=self.faults)
        self.records = self.simulator.records
        self.connection = duckdb.connect()
        self.connectors: list[SalesforceConnector] = []

    def pass_time(self, **span: float) -> None:
        """Let the org's clock move on, e.g. ``minutes=5``."""
        self.now += timedelta(**span)

    def wait(self, seconds: float) -> None:
        """What the connector does instead of sleeping."""
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)

    def config(self, **options: Any) -> SourceConfig:
        """Return the configuration of this org; ``options`` are added."""
        values = {option.name: option.default for option in OPTIONS} | {
            "login_url": self.simulator.url,
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
        }
        return SourceConfig("acme", "salesforce", values | options)

    def connector(self, **options: Any) -> SalesforceConnector:
        """Return a new connector, closed with the org."""
        self.connectors.append(SalesforceConnector(self.config(**options), sleep=self.wait))
        return self.connectors[-1]

    def extract(
        self, connector: SalesforceConnector, name: str, since: datetime | None = None, until: datetime | None = None
    ) -> Extract:
        """Read one object; without ``until`` up to the lag before the org's time."""
        self.reads += 1
        staging = self.folder / f"staging_{self.reads}"
        staging.mkdir()
        window = Window(since, until or self.now - LAG)
        return connector.read(sobject(name), window, Reading(self.connection, staging))

    def rows(self, extract: Extract, *names: str) -> list[tuple[Any, ...]]:
        """Return the extract's rows with the columns cast as the lake casts them, ordered by id."""
        types = {column.name: column.type for column in extract.columns}
        columns = ", ".join(f'try_cast("{name}" as {types[name]})' for name in names)
        return self.connection.execute(f'select {columns} from {extract.relation} order by "Id"').fetchall()

    def deletes(self, extract: Extract) -> set[tuple[str, str]]:
        """Return (id, reason) of the extract's delete feed."""
        if extract.deletes is None:
            return set()
        return set(self.connection.execute(f"select record_id, reason from {extract.deletes}").fetchall())

    def requests_of(self, act: Any) -> int:
        """Return how many requests the org answered while ``act`` ran."""
        before = self.simulator.org.requests
        act()
        return self.simulator.org.requests - before

    def close(self) -> None:
        """Stop everything."""
        for connector in self.connectors:
            connector.close()
        self.simulator.close()


@contextmanager
def open_org(folder: Path, now: datetime = START) -> Iterator[Org]:
    """An empty org in a folder of its own."""
    org = Org(folder, now)
    try:
        yield org
    finally:
        org.close()
