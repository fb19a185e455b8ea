"""A simulated Zoho organization with a clock that stands still, and ways to read it as a night would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sources.config import SourceConfig
from sources.ingest import ObjectResult, ingest
from sources.lake import Lake, LakeLocation
from sources.simulators.http import Request, Response
from sources.simulators.zoho import Fault, Faults, ZohoSimulator, empty_organization
from sources.zoho.connector import ZohoConnector
from sources.zoho.options import OPTIONS

# a Monday, so that a few days of windows stay within one week of reconciliation
START = datetime(2024, 3, 4, 12, 0, 0)


@dataclass
class Organization:
    """The simulator, its clock and its faults, and the folder that reads stage into."""

    folder: Path
    now: datetime = START
    faults: Faults = field(default_factory=Faults)
    pauses: list[float] = field(default_factory=list)
    nights: int = 0

    def __post_init__(self) -> None:
        self.data = empty_organization()
        self.data.execute("set threads = 1")
        self.simulator = ZohoSimulator(self.data, clock=lambda: self.now, faults=self.faults)
        self.records = self.simulator.records
        # its clock stands still while tests sign in again and again
        self.faults.tokens_in_ten_minutes = 1_000_000
        self.connectors: list[ZohoConnector] = []
        self.seen: list[str] = []
        # called with "METHOD path?query body" before each answer: what others do meanwhile
        self.meanwhile: Callable[[str], None] = lambda request: None
        answer = self.simulator.organization.answer

        def observed(request: Request) -> tuple[Response, Fault | None]:
            query = "&".join(f"{name}={value}" for name, value in request.query.items())
            self.seen.append(f"{request.method} {request.path}?{query} {request.body.decode(errors='replace')}")
            self.meanwhile(self.seen[-1])
            return answer(request)

        self.simulator.organization.answer = observed  # type: ignore[method-assign]

    def pass_time(self, **span: float) -> None:
        """Let the clock move on, e.g. ``minutes=5``."""
        self.now += timedelta(**span)

    def wait(self, seconds: float) -> None:
        """What the connector does instead of sleeping."""
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)

    def config(self, name: str = "crm", **options: Any) -> SourceConfig:
        """Return the configuration of this organization; ``options`` are added."""
        values = {option.name: option.default for option in OPTIONS} | {
            "accounts_url": self.simulator.url,
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
            "refresh_token": self.simulator.refresh_token,
        }
        return SourceConfig(name, "zoho", values | options)

    def connector(self, name: str = "crm", **options: Any) -> ZohoConnector:
        """Return a new connector, closed with the organization."""
        self.connectors.append(ZohoConnector(self.config(name, **options), sleep=self.wait))
        return self.connectors[-1]

    def night(self, lake: Lake, connector: ZohoConnector, *tables: str, full: bool = False) -> list[ObjectResult]:
        """Ingest these lake tables as a nightly run does and return the results."""
        self.nights += 1
        run, staging = f"run_{self.nights}", self.folder / "staging"
        return list(ingest(connector, lake, run, staging=staging, tables=tables, full=full))

    def requests_of(self, act: Callable[[], object]) -> list[str]:
        """Return the requests that ``act`` sends."""
        before = len(self.seen)
        act()
        return self.seen[before:]

    def names(self, count: int, module: str = "Accounts") -> list[str]:
        """Create records named one by one and return their ids."""
        return self.records.insert_many(module, [{"Account_Name": f"name {number}"} for number in range(count)])

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
def open_organization(folder: Path) -> Iterator[Organization]:
    """An empty organization."""
    organization = Organization(folder)
    try:
        yield organization
    finally:
        organization.close()


def current(lake: Lake, table: str, *columns: str, source: str = "crm") -> dict[str, tuple[Any, ...]]:
    """Return record id → op, delete reason, survivor of a merge, and the columns, of each record's last state."""
    chosen = ", ".join(["_record_id", "_op", "_delete_reason", "_merged_into", *(f'"{name}"' for name in columns)])
    rows = lake.connection.execute(
        f"select {chosen} from lake.zoho.{table} where _source = ?"
        " qualify row_number() over (partition by _record_id order by _loaded_at desc) = 1",
        [source],
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


def succeeded(results: list[ObjectResult]) -> list[ObjectResult]:
    """Return the results; fails with the error of the first that has one."""
    for result in results:
        assert result.error is None, result.error
    return results
