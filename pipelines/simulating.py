"""Serving the simulator of a vendor's API for somebody to try: over the demo's company, or empty.

The demo's night, which reads the company's simulators, is in ``demo``; the simulators are in ``sources/simulators``.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipelines.demo import world
from pipelines.settings import PROJECT, Settings
from sources.discovery import connector_types
from sources.errors import CrmWarehouseError
from sources.simulators import simulated

if TYPE_CHECKING:
    from sources.simulators.http import Simulator


def serve_simulator(settings: Settings, kind: str, port: int, customers: int, say: Callable[[str], None]) -> None:
    """Serve a vendor's API until interrupted: over the company, made when there is none, where it uses the type.

    A type that the company does not use is served as an account without records, so that no company is made for it.
    Raises CrmWarehouseError for a type without a simulator.
    """
    known = [each for each in connector_types() if (PROJECT / "sources" / "simulators" / each).is_dir()]
    if kind not in known:
        raise CrmWarehouseError(f"there is no simulator for '{kind}'. There are: {', '.join(known)}.")
    from sources.simulators.http import wait_until_interrupted

    with _running(settings, kind, port, customers, say) as running:
        say(how_to_read(kind, running))
        wait_until_interrupted()


def _running(settings: Settings, kind: str, port: int, customers: int, say: Callable[[str], None]) -> Simulator:
    """Return the simulator of a type, serving the company's records or none."""
    from sources.simulators.company.branches import SIMULATED

    package, clock = simulated(kind), _utc_now
    database = None
    if kind in ("salesforce", *SIMULATED):
        company = world(settings, customers)
        file, clock = settings.simulator / f"{kind}.duckdb", company.clock
        database = file if file.exists() else None
    if database is None:
        say(f"The demo's company keeps nothing in a system of the type {kind}: this account is empty.")
    running: Simulator = package.SIMULATOR(database or package.EMPTY(), clock=clock, port=port)
    return running


def how_to_read(kind: str, running: Simulator) -> str:
    """Return what somebody types to read a running simulator: the environment, then a source of crm_sources.yaml."""
    variables = {option: f"SIMULATED_{kind}_{option}".upper() for option in running.credentials}
    exports = (f"export {variables[option]}={shlex.quote(value)}" for option, value in running.credentials.items())
    addresses = (f'    {option}: "{running.url}"' for option in running.url_options)
    credentials = (f'    {option}: "${{{variable}}}"' for option, variable in variables.items())
    return "\n".join(
        [
            f"Serving {kind} on {running.url} until Ctrl-C. To read it from another shell, with another CRM_HOME:",
            "",
            *exports,
            "",
            "and in crm_sources.yaml:",
            "",
            "sources:",
            f"  simulated_{kind}:",
            f"    type: {kind}",
            *addresses,
            *credentials,
        ]
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)
