"""A HubSpot account on loopback that behaves as HubSpot documents: see README.md for what is simulated."""

from __future__ import annotations

from sources.simulators.http import Fault
from sources.simulators.hubspot.faults import Faults
from sources.simulators.hubspot.server import HubSpotSimulator
from sources.simulators.hubspot.state import empty_account

SIMULATOR = HubSpotSimulator
EMPTY = empty_account

__all__ = ["EMPTY", "SIMULATOR", "Fault", "Faults", "HubSpotSimulator", "empty_account"]
