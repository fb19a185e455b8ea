"""A Zoho CRM organization on loopback that behaves as Zoho documents: see README.md for what is simulated."""

from __future__ import annotations

from sources.simulators.http import Fault
from sources.simulators.zoho.faults import Faults
from sources.simulators.zoho.server import ZohoSimulator
from sources.simulators.zoho.state import empty_organization

SIMULATOR = ZohoSimulator
EMPTY = empty_organization

__all__ = ["EMPTY", "SIMULATOR", "Fault", "Faults", "ZohoSimulator", "empty_organization"]
