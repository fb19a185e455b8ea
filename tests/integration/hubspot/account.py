"""A simulated account with a clock that stands still, and ways to read it as a night would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sources.config import SourceConfig
from sources.hubspot.connector import HubSpotConnector
from sources.hubspot.options import OPTIONS
from sources.ingest import ObjectResult, ingest
from sources.lake import Lake, LakeLocation
from sources.simulators.http import Request, Response
from sources.simulators.hubspot import Fault, Faults, HubSpotSimulator, empty_account

# a Monday, so that a few days of windows stay within one week of reconciliation
START = datetime(2024, 3, 4, 12, 0, 0)


@dataclass
class Account:
    """The simulator, its clock and its faults, and the folder that reads stage into."""

    folder: Path
    now: datetime = START
    faults: Faults = field(default_factory=Faults)
    pauses: list[float] = field(default_factory=list)
    nights: int = 0

    def __post_init__(self) -> None:
        self.data = empty_account()
        self.data.execute("set threads = 1")
        self.simulator = HubSpotSimulator(self.data, clock=lambda: self.now, faults=self.faults)
        self.records = self.simulator.records
        self.connectors: list[HubSpotConnector] = []
        self.seen: list[str] = []
        # called with "METHOD path" before each answer: what others do meanwhile
        self.meanwhile: Callable[[str], None] = lambda request: None
        answer = self.simulator.account.answer

        def observed(request: Request) -> tuple[Response, Fault | None]:
            query = "&".join(f"{name}={value}" for name, value in request.query.items())
            self.seen.append(f"{request.method} {request.path}?{query}")
            self.meanwhile(self.seen[-1])
            return answer(request)

        self.simulator.account.answer = observed  # type: ignore[method-assign]

    def pass_time(self, **span: float) -> None:
        """Let the clock move on, e.g. ``minutes=5``."""
        self.now += timedelta(**span)

    def wait(self, seconds: float) -> None:
        """What the connector does instead of sleeping."""
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)

    def config(self, name: str = "crm", **options: Any) -> SourceConfig:
        """Return the configuration of this account; ``options`` are added."""
        values = {option.name: option.default for option in OPTIONS} | {
            "api_url": self.simulator.url,
            "private_app_token": self.simulator.private_token,
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
            "refresh_token": self.simulator.refresh_token,
        }
        return SourceConfig(name, "hubspot", values | options)

    def connector(self, name: str = "crm", **options: Any) -> HubSpotConnector:
        """Return a new connector, closed with the account."""
        self.connectors.append(HubSpotConnector(self.config(name, **options), sleep=self.wait))
        return self.connectors[-1]

    def night(self, lake: Lake, connector: HubSpotConnector, *tables: str, full: bool = False) -> list[ObjectResult]:
        """Ingest these lake tables as a nightly run does and return the results."""
        self.nights += 1
        run, staging = f"run_{self.nights}", self.folder / "staging"
        return list(ingest(connector, lake, run, staging=staging, tables=tables, full=full))

    def requests_of(self, act: Callable[[], object]) -> list[str]:
        """Return the requests that ``act`` sends."""
        before = len(self.seen)
        act()
        return self.seen[before:]

    def named(self, count: int, kind: str = "companies") -> list[str]:
        """Create records named one by one and return their ids."""
        column = {"deals": "dealname", "contacts": "lastname"}.get(kind, "name")
        return self.records.insert_many(kind, [{column: f"name {number}"} for number in range(count)])

    def close(self) -> None:
        for connector in self.connectors:
            connector.close()
        self.simulator.close()


def open_lake(folder: Path, extensions: Path) -> Lake:
    """Return a new, or the same, lake in a folder."""
    lake = Lake(LakeLocation(f"sqlite:{folder / 'catalog.sqlite'}", folder / "files", extensions))
    lake.connection.execute("set threads = 1")
    return lake


@contextmanager
def open_account(folder: Path) -> Iterator[Account]:
    """An empty account."""
    account = Account(folder)
    try:
        yield account
    finally:
        account.close()


def current(lake: Lake, table: str, *columns: str, source: str = "crm") -> dict[str, tuple[Any, ...]]:
    """Return record id → op, delete reason, survivor of a merge, and the columns, of each record's last state."""
    chosen = ", ".join(["_record_id", "_op", "_delete_reason", "_merged_into", *(f'"{name}"' for name in columns)])
    rows = lake.connection.execute(
        f"select {chosen} from lake.hubspot.{table} where _source = ?"
        " qualify row_number() over (partition by _record_id order by _loaded_at desc) = 1",
        [source],
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


def succeeded(results: list[ObjectResult]) -> list[ObjectResult]:
    """Return the results; fails with the error of the first that has one."""
    for result in results:
        assert result.error is None, result.error
    return results
