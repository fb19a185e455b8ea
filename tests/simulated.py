"""A simulated API with a clock that stands still, and ways to read it as a night would: what all vendors share."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

import duckdb

from sources.config import SourceConfig
from sources.discovery import options
from sources.ingest import ObjectResult, ingest
from sources.lake import Lake, LakeLocation
from sources.simulators.http import Request, Response

# a Monday, so that a few days of windows stay within one week of reconciliation
START = datetime(2024, 3, 4, 12, 0, 0)


class Simulated(ABC):
    """The simulator, its clock, data and faults, and the folder that reads stage into.

    A subclass gives ``type``, ``connect``, ``serve`` and ``access``. What ``serve`` starts is a ``Simulator`` of
    ``sources/simulators/http`` with ``faults``, its ``Rules``, and ``records``, which change what ``data`` holds, each
    change stamped with the clock; ``data`` is a DuckDB connection, and the clock is ``lambda: self.now``.

    Attributes:
        type: the connector type.
        connect: makes the type's connector from a configuration and what it does instead of sleeping.
        seen: every request, as ``told`` says it.
        meanwhile: called with it before each answer: what others do meanwhile.
        pauses: the seconds that connectors waited.
    """

    type: ClassVar[str]
    connect: ClassVar[Callable[..., Any]]

    def __init__(self, folder: Path, data: duckdb.DuckDBPyConnection) -> None:
        self.folder, self.data, self.now, self.nights = folder, data, START, 0
        self.data.execute("set threads = 1")
        self.pauses: list[float] = []
        self.seen: list[str] = []
        self.meanwhile: Callable[[str], None] = lambda request: None
        self.connectors: list[Any] = []
        self.simulator = self.serve()
        self.records, self.faults = self.simulator.records, self.simulator.faults
        api = self.simulator._server.api
        answer = api.answer

        def observed(request: Request) -> Any:
            self.seen.append(self.told(request))
            self.meanwhile(self.seen[-1])
            return answer(request)

        api.answer = observed

    @abstractmethod
    def serve(self) -> Any:
        """Start the simulator over ``data``, by the clock of ``now``."""

    @abstractmethod
    def access(self) -> Mapping[str, Any]:
        """Return the options that lead a source to the simulator."""

    def told(self, request: Request) -> str:
        """Return a request as "METHOD path?query"."""
        query = "&".join(f"{name}={value}" for name, value in request.query.items())
        return f"{request.method} {request.path}?{query}"

    def pass_time(self, **span: float) -> None:
        """Let the clock move on, e.g. ``minutes=5``."""
        self.now += timedelta(**span)

    def wait(self, seconds: float) -> None:
        """What the connector does instead of sleeping."""
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)

    def config(self, name: str = "crm", **added: Any) -> SourceConfig:
        """Return the configuration of a source that reads it; options in ``added`` are added."""
        defaults = {option.name: option.default for option in options(self.type)}
        return SourceConfig(name, self.type, {**defaults, **self.access(), **added})

    def connector(self, name: str = "crm", **added: Any) -> Any:
        """Return a new connector, closed with the simulator."""
        self.connectors.append(type(self).connect(self.config(name, **added), sleep=self.wait))
        return self.connectors[-1]

    def night(self, lake: Lake, connector: Any, *tables: str, **given: Any) -> list[ObjectResult]:
        """Ingest these lake tables as a nightly run does and return the results."""
        self.nights += 1
        run, staging = f"run_{self.nights}", self.folder / "staging"
        return list(ingest(connector, lake, run, staging=staging, tables=tables, **given))

    def rewrite(self, change: Callable[[str, Any], Any]) -> None:
        """Let the JSON of every success pass through ``change``, which is told the request as ``seen`` has it.

        What ``change`` returns is the JSON sent instead, or a whole Response.
        """
        api = self.simulator._server.api
        answer = api.answer

        def rewritten(request: Request) -> Any:
            response, fault = answer(request)
            part = response.slice
            body = response.prefix + (part.path.read_bytes()[part.start : part.end] if part else b"") + response.suffix
            if not body or response.status >= 300 or "json" not in response.headers.get("Content-Type", ""):
                return response, fault
            changed = change(self.told(request), json.loads(body))
            if isinstance(changed, Response):
                return changed, fault
            return Response(response.status, response.headers, json.dumps(changed).encode()), fault

        api.answer = rewritten

    def requests_of(self, act: Callable[[], object]) -> list[str]:
        """Return the requests that ``act`` sends."""
        before = len(self.seen)
        act()
        return self.seen[before:]

    def close(self) -> None:
        """Close the connectors, stop serving."""
        for connector in self.connectors:
            connector.close()
        self.simulator.close()

    @classmethod
    @contextmanager
    def opened(cls, *given: Any) -> Iterator[Self]:
        """Yield a new one, closed with the block; ``given`` is what its constructor takes."""
        simulated = cls(*given)
        try:
            yield simulated
        finally:
            simulated.close()


def open_lake(folder: Path, extensions: Path) -> Lake:
    """Return a new, or the same, lake in a folder."""
    lake = Lake(LakeLocation(f"sqlite:{folder / 'catalog.sqlite'}", folder / "files", extensions))
    lake.connection.execute("set threads = 1")
    return lake


def latest(connector_type: str, lake: Lake, table: str, *columns: str, source: str = "crm") -> dict[str, Any]:
    """Return record id → op, delete reason, survivor of a merge, and the columns, of each record's last state."""
    chosen = ", ".join(["_record_id", "_op", "_delete_reason", "_merged_into", *(f'"{name}"' for name in columns)])
    rows = lake.connection.execute(
        f"select {chosen} from lake.{connector_type}.{table} where _source = ?"
        " qualify row_number() over (partition by _record_id order by _loaded_at desc) = 1",
        [source],
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


def succeeded(results: list[ObjectResult]) -> list[ObjectResult]:
    """Return the results; fails with the error of the first that has one."""
    for result in results:
        assert result.error is None, result.error
    return results
