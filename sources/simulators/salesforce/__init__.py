"""A Salesforce org on loopback that behaves as Salesforce documents: see README.md for what is and is not simulated."""

from __future__ import annotations

from sources.simulators.salesforce.faults import Fault, Faults
from sources.simulators.salesforce.server import SalesforceSimulator, serve
from sources.simulators.salesforce.state import empty_org

__all__ = ["Fault", "Faults", "SalesforceSimulator", "empty_org", "serve"]
