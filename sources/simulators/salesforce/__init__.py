"""A Salesforce org on loopback that behaves as Salesforce documents: see README.md for what is and is not simulated."""

from __future__ import annotations

from sources.simulators.http import Fault
from sources.simulators.salesforce.faults import Faults
from sources.simulators.salesforce.server import SalesforceSimulator
from sources.simulators.salesforce.state import empty_org

SIMULATOR = SalesforceSimulator
EMPTY = empty_org

__all__ = ["EMPTY", "SIMULATOR", "Fault", "Faults", "SalesforceSimulator", "empty_org"]
