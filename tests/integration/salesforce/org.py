"""A simulated org with a clock that stands still, and ways to read it as a night would. Used by the tests here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from sources.config import SourceConfig
from sources.contract import Extract, Reading, SourceObject, Window
from sources.ingest import ObjectResult, ingest
from sources.lake import Lake, LakeLocation
from sources.salesforce.connector import SalesforceConnector
from sources.salesforce.objects import OBJECTS
from sources.salesforce.options import OPTIONS
from sources.salesforce.reader import SEEN
from sources.simulators.http import Request, Response
from sources.simulators.salesforce import Fault, Faults, SalesforceSimulator, empty_org

# a Monday, so that a few days of windows stay within one week of reconciliation
START = datetime(2024, 3, 4, 12, 0, 0)
BY_BULK, BY_REST = 0, 10_000
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
        for connection in (self.data, self.connection):
            # small statements only: threads would get in each other's way
            connection.execute("set threads = 1")
        self.connectors: list[SalesforceConnector] = []
        self.seen: list[str] = []
        # called with "METHOD path" before each answer: what others do in the org meanwhile
        self.meanwhile: Callable[[str], None] = lambda request: None
        answer = self.simulator.org.answer

        def observed(request: Request) -> tuple[Response, Fault | None]:
            self.seen.append(f"{request.method} {request.path}")
            self.meanwhile(self.seen[-1])
            return answer(request)

        self.simulator.org.answer = observed  # type: ignore[method-assign]

    def pass_time(self, **span: float) -> None:
        """Let the org's clock move on, e.g. ``minutes=5``."""
        self.now += timedelta(**span)

    def wait(self, seconds: float) -> None:
        """What the connector does instead of sleeping."""
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)
        time.sleep(0.002)  # the org's jobs run in real time

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
        window = Window(since, until or self.now - LAG, SEEN if since else None)
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

    def night(self, lake: Lake, connector: SalesforceConnector, *tables: str, **options: Any) -> list[ObjectResult]:
        """Ingest these lake tables as a nightly run does and return the results."""
        self.reads += 1
        staging = self.folder / "staging"
        return list(ingest(connector, lake, f"run_{self.reads}", staging=staging, tables=tables, **options))

    def requests_of(self, act: Callable[[], object]) -> list[str]:
        """Return the requests that ``act`` sends."""
        before = len(self.seen)
        act()
        return self.seen[before:]

    def close(self) -> None:
        """Stop everything."""
        for connector in self.connectors:
            connector.close()
        self.simulator.close()


State = dict[str, tuple[Any, ...]]


def current(lake: Lake, table: str, *names: str) -> State:
    """Return for every record ``(op, delete reason, merged into, *names)`` of its last row in the lake."""
    columns = ", ".join(f'"{name}"' for name in ("_record_id", "_op", "_delete_reason", "_merged_into", *names))
    latest = "qualify row_number() over (partition by _record_id order by _loaded_at desc) = 1"
    rows = lake.connection.execute(f'select {columns} from lake.salesforce."{table}" {latest}').fetchall()
    return {row[0]: row[1:] for row in rows}


def open_lake(folder: Path, extensions: Path) -> Lake:
    """Return a new, or the same, lake in a folder."""
    lake = Lake(LakeLocation(f"sqlite:{folder / 'catalog.sqlite'}", folder / "files", extensions))
    lake.connection.execute("set threads = 1")
    return lake


@contextmanager
def open_org(folder: Path, now: datetime = START) -> Iterator[Org]:
    """An empty org in a folder of its own."""
    org = Org(folder, now)
    try:
        yield org
    finally:
        org.close()


def names_of(org: Org, count: int) -> set[str]:
    """Insert that many accounts and return their names."""
    names = {f"Account {number}" for number in range(count)}
    org.records.insert_many("Account", [{"Name": name} for name in sorted(names)])
    return names


def read_names(org: Org, bulk_above: int, **options: object) -> list[str]:
    """Read all accounts and return their names, each as often as it came."""
    extract = org.extract(org.connector(bulk_above_rows=bulk_above, **options), "Account")
    rows = org.rows(extract, "Name")
    assert extract.source_count == len(rows)
    return [row[0] for row in rows]
